"""Negative log-likelihood of a log-normal distribution."""

import math

from losses.spread import location_and_spread
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Means and log-scales of the log [..., 2], targets [...] above 0, float32 -> scalar."""
    location, log_scale = location_and_spread(prediction)
    log_target = target.log()
    z = (log_target - location) * (-log_scale).exp()
    return (log_target + log_scale + z.square() / 2).mean() + math.log(2 * math.pi) / 2
