"""PPO: the clipped objective of the policy, and the clipped error of the critic."""

import torch
from losses.clipped_gain import clipped_gain
from torch import Tensor

CLIP_LOW = 0.2  # how far below 1 the ratio of new to old probability may fall
CLIP_HIGH = 0.2  # how far above 1 it may rise
VALUE_CLIP = 0.2  # in the rewards' unit: how far a value may go from the old one
VALUE_WEIGHT = 0.1  # against the policy's term


def criterion(ratios: Tensor, values: Tensor, counts: Tensor, *old: Tensor) -> dict[str, Tensor]:
    """Log-ratios, values, what counts; old advantages, values, returns, all [B, T] -> each term."""
    advantages, old_values, returns = old
    gain = clipped_gain(ratios, advantages, CLIP_LOW, CLIP_HIGH)
    near = old_values + (values - old_values).clamp(-VALUE_CLIP, VALUE_CLIP)
    error = torch.maximum((values - returns) ** 2, (near - returns) ** 2) / 2
    terms = {"policy": -gain, "value": VALUE_WEIGHT * error}
    tokens = counts.sum().clamp(min=1)
    return {name: term.masked_fill(~counts, 0).sum() / tokens for name, term in terms.items()}
