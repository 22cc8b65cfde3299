"""Dr. GRPO: no division by the group's deviation or the answer's length (Liu et al. 2025)."""

from losses.answer_total import answer_total
from losses.clipped_gain import clipped_gain
from torch import Tensor

CLIP_LOW = 0.2  # how far below 1 the ratio of new to old probability may fall
CLIP_HIGH = 0.2  # how far above 1 it may rise
BUDGET = 6  # tokens that an answer may have: a constant, so that length changes no weight


def criterion(log_ratios: Tensor, counts: Tensor, rewards: Tensor) -> Tensor:
    """Log-ratios [B, G, T] of new to old policy, which tokens count, rewards [B, G] -> scalar."""
    advantages = (rewards - rewards.mean(dim=1, keepdim=True))[..., None]
    gain = clipped_gain(log_ratios, advantages, CLIP_LOW, CLIP_HIGH)
    return -answer_total(gain, counts).mean() / BUDGET
