"""Sigmoid focal loss of the classes, generalized IoU loss of the boxes, by torchvision."""

from losses.focal_classes_torchvision import focal_classes
from losses.offsets import decode
from torch import Tensor
from torchvision.ops import generalized_box_iou_loss

CLASS_WEIGHT = 1.0
BOX_WEIGHT = 2.0  # Generalized Focal Loss: the weight of an IoU loss beside a focal one


def criterion(
    logits: Tensor, classes: Tensor, offsets: Tensor, boxes: Tensor, anchors: Tensor
) -> dict[str, Tensor]:
    """Logits and class of all anchors [B, A, ...]; the rest [P, 4] of the positives -> sums."""
    found = decode(offsets, anchors)
    return {
        "class": CLASS_WEIGHT * focal_classes(logits, classes),
        "box": BOX_WEIGHT * generalized_box_iou_loss(found, boxes, reduction="sum"),
    }
