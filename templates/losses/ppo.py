"""PPO: the clipped objective of the policy, and the clipped error of the critic."""

import torch
from losses.clipped_gain import clipped_gain
from torch import Tensor

CLIP_LOW = 0.2  # how far below 1 the ratio of new to old probability may fall
CLIP_HIGH = 0.2  # how far above 1 it may rise
VALUE_CLIP = 0.2  # in the rewards' unit: how far a value may go from the old one
VALUE_WEIGHT = 0.1  # against the policy's term


def criterion(
    log_ratios: Tensor,
    counts: Tensor,
    advantages: Tensor,
    values: Tensor,
    old_values: Tensor,
    returns: Tensor,
) -> dict[str, Tensor]:
    """Log-ratios of new to old policy, and the rest, all [B, T] float32 -> each term."""
    tokens = counts.sum().clamp(min=1)
    gain = clipped_gain(log_ratios, advantages, CLIP_LOW, CLIP_HIGH)
    near = old_values + (values - old_values).clamp(-VALUE_CLIP, VALUE_CLIP)
    error = torch.maximum((values - returns) ** 2, (near - returns) ** 2) / 2
    return {
        "policy": -gain.masked_fill(~counts, 0).sum() / tokens,
        "value": VALUE_WEIGHT * error.masked_fill(~counts, 0).sum() / tokens,
    }
