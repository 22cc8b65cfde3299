"""Mask R-CNN: cross-entropy, Smooth L1 of the offsets, sigmoid masks of the true class."""

import torch.nn.functional as F
from losses.encoded import encode
from losses.scaled_offsets import scaled_smooth_l1
from torch import Tensor

CLASS_WEIGHT = 1.0  # Mask R-CNN adds its terms as they are
BOX_WEIGHT = 1.0
MASK_WEIGHT = 1.0
BETA = 1 / 9  # in scaled offsets: quadratic below, absolute above


def criterion(
    logits: Tensor, classes: Tensor, boxes: tuple[Tensor, ...], masks: tuple[Tensor, Tensor]
) -> dict[str, Tensor]:
    """Logits and class of all regions [B, R, ...]; offsets, true boxes, regions [P, 4]; masks."""
    offsets, wanted, regions = boxes
    gaps = scaled_smooth_l1(offsets, encode(wanted, regions), BETA)
    pixels = F.binary_cross_entropy_with_logits(*masks, reduction="sum")  # [P, S, S], in 0..1
    return {
        "class": CLASS_WEIGHT * F.cross_entropy(logits.flatten(0, 1), classes.flatten()),
        "box": BOX_WEIGHT * gaps / classes.numel(),
        "mask": MASK_WEIGHT * pixels / max(masks[0].numel(), 1),
    }
