"""Pinball (quantile) loss."""

from torch import Tensor

QUANTILES = [0.1, 0.5, 0.9]  # levels in 0..1, rising


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Quantiles [..., Q] and targets [...], float32 -> scalar, the mean over the levels."""
    level = prediction.new_tensor(QUANTILES)
    error = target[..., None] - prediction  # above 0: predicted too low
    return (level * error - error.clamp(max=0)).mean()
