"""Beta-NLL: the normal log-likelihood, weighted so that noisy samples still teach the mean."""

from losses.spread import location_and_spread
from torch import Tensor

BETA = 0.5  # 0 is the plain log-likelihood, 1 fits the mean as squared error does


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Means and log-variances [..., 2], targets [...], float32 -> scalar."""
    mean, log_variance = location_and_spread(prediction)
    twice_nll = log_variance + (target - mean).square() * (-log_variance).exp()
    return (twice_nll * (BETA * log_variance.detach()).exp()).mean() / 2
