"""GRPO with a penalty for leaving the reference (Shao et al. 2024)."""

from losses.clipped_gain import clipped_gain
from losses.group_advantages import group_advantages
from torch import Tensor

CLIP_LOW = 0.2  # how far below 1 the ratio of new to old probability may fall
CLIP_HIGH = 0.28  # how far above 1 it may rise
KL_WEIGHT = 0.04  # reward per nat per token


def criterion(
    log_ratios: Tensor, counts: Tensor, rewards: Tensor, drift: Tensor
) -> dict[str, Tensor]:
    """As GRPO, and log-ratios [B, G, T] of the policy to its reference -> each term."""
    advantages = group_advantages(rewards)[..., None]
    gain = clipped_gain(log_ratios, advantages, CLIP_LOW, CLIP_HIGH)
    kl = (-drift).clamp(max=20).exp() + drift - 1  # k3: unbiased, and never below 0
    tokens = counts.sum().clamp(min=1)
    return {
        "policy": -gain.masked_fill(~counts, 0).sum() / tokens,
        "kl": KL_WEIGHT * kl.masked_fill(~counts, 0).sum() / tokens,
    }
