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
    total, ratio = size + target, target / size
    exact = torch.lgamma(total) - torch.lgamma(size) + target * log_dispersion
    series = (total - 0.5) * ratio.log1p() - target - ratio / (12 * total)
    rising = torch.where(size > 10, series, exact)
    nll = torch.lgamma(target + 1) - target * log_mean - rising
    return (nll + total * F.softplus(log_mean + log_dispersion)).mean()
