"""Negative log-likelihood of a normal distribution, by nn.GaussianNLLLoss."""

import torch.nn.functional as F
from losses.spread import location_and_spread
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Means and log-variances [..., 2], targets [...], float32 -> scalar; without log(2 pi) / 2."""
    mean, log_variance = location_and_spread(prediction)
    return F.gaussian_nll_loss(mean, target, log_variance.exp())  # it wants the variance itself
