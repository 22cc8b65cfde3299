"""Negative log-likelihood of a normal distribution."""

from losses.spread import location_and_spread
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Means and log-variances [..., 2], targets [...], float32 -> scalar; without log(2 pi) / 2."""
    mean, log_variance = location_and_spread(prediction)
    return (log_variance + (target - mean).square() * (-log_variance).exp()).mean() / 2
