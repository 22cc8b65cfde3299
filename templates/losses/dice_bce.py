"""Binary cross-entropy plus soft Dice."""

import torch.nn.functional as F
from losses.sigmoid_regions import regions
from losses.soft_dice import dice
from torch import Tensor

BCE_WEIGHT = 1.0  # nnU-Net
DICE_WEIGHT = 1.0  # nnU-Net


def criterion(logits: Tensor, masks: Tensor) -> dict[str, Tensor]:
    """Logits and masks [B, L, H, W] float32 -> each term, weighted."""
    probabilities, truth = regions(logits, masks)
    losses, count = (
        F.binary_cross_entropy_with_logits(logits, truth, reduction="none"),
        truth.numel(),
    )
    #: if incomplete
    known = ~masks.isnan()
    losses, count = losses * known, known.sum()
    #: end
    return {
        "bce": BCE_WEIGHT * losses.sum() / max(count, 1),
        "dice": DICE_WEIGHT * dice(probabilities, truth),
    }
