"""RetinaNet as in torchvision: sigmoid focal loss of the classes, L1 of the offsets."""

import torch.nn.functional as F
from losses.encoded import encode
from losses.focal_classes import focal_classes
from torch import Tensor

CLASS_WEIGHT = 1.0  # RetinaNet adds both terms as they are
BOX_WEIGHT = 1.0


def criterion(
    logits: Tensor, classes: Tensor, offsets: Tensor, boxes: Tensor, anchors: Tensor
) -> dict[str, Tensor]:
    """Logits and class of all anchors [B, A, ...]; the rest [P, 4] of the positives -> sums."""
    return {
        "class": CLASS_WEIGHT * focal_classes(logits, classes),
        "box": BOX_WEIGHT * F.l1_loss(offsets, encode(boxes, anchors), reduction="sum"),
    }
