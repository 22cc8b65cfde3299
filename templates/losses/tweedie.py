"""Tweedie deviance: amounts with a lump of exact zeros."""

from torch import Tensor

POWER = 1.5  # the variance grows as mean**POWER; 1 is Poisson, 2 is Gamma


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Logs of the mean [...], targets [...] from 0, float32 -> scalar; 0 if perfect."""
    a, b = 1 - POWER, 2 - POWER
    likelihood = (b * prediction).exp() / b - target * (a * prediction).exp() / a
    return 2 * (likelihood + target**b / (a * b)).mean()
