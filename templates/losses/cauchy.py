"""Cauchy (Lorentzian): the pull of an error fades once it is larger than SCALE."""

from torch import Tensor

SCALE = 2.385  # in standard deviations of the noise, if the targets are standardised by it


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Predictions and targets [...] float32 -> scalar; half the squared error where it is small."""
    return SCALE**2 / 2 * ((prediction - target) / SCALE).square().log1p().mean()
