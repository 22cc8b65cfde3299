"""Continuous ranked probability score of a normal distribution."""

import math

import torch
from losses.spread import location_and_spread
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Means and log-variances [..., 2], targets [...], float32 -> scalar in the targets' unit."""
    mean, log_variance = location_and_spread(prediction)
    std = (log_variance / 2).exp()
    z = (target - mean) / std
    density = (-z.square() / 2).exp() * math.sqrt(2 / math.pi)
    return (std * (z * torch.erf(z / math.sqrt(2)) + density - 1 / math.sqrt(math.pi))).mean()
