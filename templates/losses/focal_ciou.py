"""Sigmoid focal loss of the classes, complete IoU loss of the decoded boxes."""

from losses.complete_iou import complete_iou
from losses.focal_classes import focal_classes
from losses.offsets import decode
from torch import Tensor

CLASS_WEIGHT = 1.0
BOX_WEIGHT = 2.0  # Generalized Focal Loss: the weight of an IoU loss beside a focal one


def criterion(
    logits: Tensor, classes: Tensor, offsets: Tensor, boxes: Tensor, anchors: Tensor
) -> dict[str, Tensor]:
    """Logits and class of all anchors [B, A, ...]; the rest [P, 4] of the positives -> sums."""
    return {
        "class": CLASS_WEIGHT * focal_classes(logits, classes),
        "box": BOX_WEIGHT * (1 - complete_iou(decode(offsets, anchors), boxes)).sum(),
    }
