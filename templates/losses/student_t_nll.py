"""Negative log-likelihood of a Student-t distribution."""

import math

from losses.spread import location_and_spread
from torch import Tensor

DF = 4.0  # degrees of freedom: 1 is a Cauchy distribution, above 30 nearly a normal one


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Locations and log-scales [..., 2], targets [...], float32 -> scalar."""
    location, log_scale = location_and_spread(prediction)
    z = (target - location) * (-log_scale).exp()
    constant = math.lgamma(DF / 2) - math.lgamma((DF + 1) / 2) + math.log(DF * math.pi) / 2
    return (log_scale + (DF + 1) / 2 * (z.square() / DF).log1p()).mean() + constant
