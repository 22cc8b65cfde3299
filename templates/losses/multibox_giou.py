"""Cross-entropy with mined negatives, generalized IoU loss of the decoded boxes."""

from losses.generalized_iou import generalized_iou
from losses.mined_cross_entropy import mined_cross_entropy
from losses.offsets import decode
from torch import Tensor

CLASS_WEIGHT = 1.0
BOX_WEIGHT = 2.0  # Generalized Focal Loss: the weight of an IoU loss beside the class term


def criterion(
    logits: Tensor, classes: Tensor, offsets: Tensor, boxes: Tensor, anchors: Tensor
) -> dict[str, Tensor]:
    """Logits and class of all anchors [B, A, ...]; the rest [P, 4] of the positives -> sums."""
    return {
        "class": CLASS_WEIGHT * mined_cross_entropy(logits, classes),
        "box": BOX_WEIGHT * (1 - generalized_iou(decode(offsets, anchors), boxes)).sum(),
    }
