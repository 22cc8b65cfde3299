"""SSD: cross-entropy with mined negatives, Smooth L1 of the offsets (MultiBox)."""

from losses.encoded import encode
from losses.mined_cross_entropy import mined_cross_entropy
from losses.scaled_offsets import scaled_smooth_l1
from torch import Tensor

CLASS_WEIGHT = 1.0  # SSD adds both terms as they are
BOX_WEIGHT = 1.0
BETA = 1.0  # in scaled offsets: quadratic below, absolute above


def criterion(
    logits: Tensor, classes: Tensor, offsets: Tensor, boxes: Tensor, anchors: Tensor
) -> dict[str, Tensor]:
    """Logits and class of all anchors [B, A, ...]; the rest [P, 4] of the positives -> sums."""
    return {
        "class": CLASS_WEIGHT * mined_cross_entropy(logits, classes),
        "box": BOX_WEIGHT * scaled_smooth_l1(offsets, encode(boxes, anchors), BETA),
    }
