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
    logits: Tensor,  # [B, R, C + 1]
    classes: Tensor,  # [B, R], C for background
    boxes: tuple[Tensor, Tensor, Tensor],  # offsets, true boxes, regions; all [P, 4]
    masks: tuple[Tensor, Tensor],  # logits [P, S, S] of the true class, true masks in 0..1
) -> dict[str, Tensor]:
    """Classes of all regions; boxes and masks of the P that are for an object -> terms."""
    offsets, wanted, regions = boxes
    pixels = F.binary_cross_entropy_with_logits(*masks, reduction="sum")
    return {
        "class": CLASS_WEIGHT * F.cross_entropy(logits.transpose(1, 2), classes),
        "box": BOX_WEIGHT
        * scaled_smooth_l1(offsets, encode(wanted, regions), BETA)
        / classes.numel(),
        "mask": MASK_WEIGHT * pixels / max(masks[0].numel(), 1),
    }
