"""How far mask logits are from masks."""

import torch
import torch.nn.functional as F
from torch import Tensor

SMOOTH = 1.0  # pixels; keeps small and empty masks from dividing by zero


def mask_bce(logits: Tensor, masks: Tensor) -> Tensor:
    """Logits and masks [..., H, W] -> binary cross-entropy, the mean over the pixels [...]."""
    logits, masks = torch.broadcast_tensors(logits, masks)
    losses = F.binary_cross_entropy_with_logits(logits, masks, reduction="none")
    return losses.mean(dim=(-2, -1))


def mask_dice(logits: Tensor, masks: Tensor) -> Tensor:
    """Logits and masks [..., H, W] -> 1 - 2 * common / (sum of both) [...]."""
    probabilities = logits.sigmoid()
    common = (probabilities * masks).sum(dim=(-2, -1))
    both = probabilities.sum(dim=(-2, -1)) + masks.sum(dim=(-2, -1))
    return 1 - (2 * common + SMOOTH) / (both + SMOOTH)
