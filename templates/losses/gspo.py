"""GSPO: one ratio for each whole answer (Zheng et al. 2025)."""

from losses.answer_mean import answer_mean
from losses.clipped_gain import clipped_gain
from losses.group_advantages import group_advantages
from torch import Tensor

CLIP_LOW = 3e-4  # how far below 1 the ratio of new to old probability may fall
CLIP_HIGH = 4e-4  # how far above 1 it may rise


def criterion(log_ratios: Tensor, counts: Tensor, rewards: Tensor) -> Tensor:
    """Log-ratios [B, G, T] of new to old policy, which tokens count, rewards [B, G] -> scalar."""
    log_ratio, advantages = answer_mean(log_ratios, counts), group_advantages(rewards)
    return -clipped_gain(log_ratio, advantages, CLIP_LOW, CLIP_HIGH).mean()
