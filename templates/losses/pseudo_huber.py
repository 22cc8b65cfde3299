"""Squared error that becomes absolute where it is far off: pseudo-Huber."""

from torch import Tensor

DELTA = 0.1  # where squared becomes absolute, in the target's unit


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Prediction and target [B, ...] float32 -> scalar, about the squared error below DELTA."""
    square = (prediction - target).square()
    return (2 * DELTA * ((square + DELTA**2).sqrt() - DELTA)).mean()
