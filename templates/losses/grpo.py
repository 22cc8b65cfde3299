"""GRPO (Shao et al. 2024) with the mean over all tokens of DAPO (Yu et al. 2025)."""

from losses.clipped_gain import clipped_gain
from losses.group_advantages import group_advantages
from torch import Tensor

CLIP_LOW = 0.2  # how far below 1 the ratio of new to old probability may fall
CLIP_HIGH = 0.28  # how far above 1 it may rise


def criterion(log_ratios: Tensor, counts: Tensor, rewards: Tensor) -> Tensor:
    """Log-ratios [B, G, T] of new to old policy, which tokens count, rewards [B, G] -> scalar."""
    advantages = group_advantages(rewards)[..., None]
    gain = clipped_gain(log_ratios, advantages, CLIP_LOW, CLIP_HIGH)
    return -gain.masked_fill(~counts, 0).sum() / counts.sum().clamp(min=1)
