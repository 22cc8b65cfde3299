"""Pix2Pix: fool a discriminator that sees the input too, and stay near the true image."""

import torch
import torch.nn.functional as F
from torch import Tensor

L1_WEIGHT = 100.0  # for images in -1..1; Isola et al. 2017


def against(scores: Tensor, label: float) -> Tensor:
    """Raw scores (logits), one per patch -> cross-entropy with 1 for real or 0 for made."""
    return F.binary_cross_entropy_with_logits(scores, torch.full_like(scores, label))


def criterion(image: Tensor, scores: Tensor, target: Tensor) -> dict[str, Tensor]:
    """The generator's terms, each times its weight; a made image should score like a real one."""
    return {
        "adversarial": against(scores, 1.0),
        "l1": L1_WEIGHT * F.l1_loss(image, target),
    }
