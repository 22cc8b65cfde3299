"""SSIM for the structure and L1 for the level of the pixels."""

import torch.nn.functional as F
from losses.ssim import ssim
from torch import Tensor

SSIM_WEIGHT, L1_WEIGHT = 0.84, 0.16  # Zhao et al. 2015, there with SSIM at several scales


def criterion(prediction: Tensor, target: Tensor) -> dict[str, Tensor]:
    """Images [B, C, H, W] float32 in 0..1 -> the terms, each times its weight."""
    return {
        "ssim": SSIM_WEIGHT * (1 - ssim(prediction, target)),
        "l1": L1_WEIGHT * F.l1_loss(prediction, target),
    }
