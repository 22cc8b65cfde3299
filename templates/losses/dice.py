"""Soft Dice loss."""

from losses.soft_dice import dice
from torch import Tensor


def criterion(probabilities: Tensor, truth: Tensor) -> Tensor:
    """Probabilities and truth [B, C, H, W] float32 -> scalar in 0..1."""
    return dice(probabilities, truth)
