"""The clipped objective of PPO (Schulman et al. 2017)."""

import torch
from torch import Tensor


def clipped_gain(log_ratio: Tensor, advantages: Tensor, low: float, high: float) -> Tensor:
    """Log of new to old probability, the advantage of each, the clip -> what there is to gain."""
    ratio = log_ratio.clamp(-20, 20).exp()  # beyond 88 it would be infinite
    return torch.minimum(ratio * advantages, ratio.clamp(1 - low, 1 + high) * advantages)
