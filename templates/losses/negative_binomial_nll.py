"""Negative log-likelihood of a negative binomial distribution (NB2)."""

import torch
import torch.nn.functional as F
from losses.spread import location_and_spread
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Log-means and log-dispersions [..., 2], counts [...] float32 -> scalar.

    The variance is mean + dispersion * mean**2.
    """
    log_mean, log_dispersion = location_and_spread(prediction)
    size = (-log_dispersion).exp()
    # lgamma(size + y) - lgamma(size) - y log(size): for a large size its terms cancel in float32
    exact = torch.lgamma(size + target) - torch.lgamma(size) + target * log_dispersion
    series = (size + target - 0.5) * (target / size).log1p() - target
    series = series + (1 / (size + target) - 1 / size) / 12
    rising = torch.where(size > 10, series, exact)
    nll = torch.lgamma(target + 1) - target * log_mean - rising
    return (nll + (target + size) * F.softplus(log_mean + log_dispersion)).mean()
