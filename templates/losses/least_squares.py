"""Least squares for a discriminator (LSGAN)."""

from torch import Tensor


def discriminator_criterion(real: Tensor, made: Tensor) -> Tensor:
    """Raw scores of true and of made images -> squared distance from 1 and 0, halved."""
    return (((real - 1) ** 2).mean() + (made**2).mean()) / 2
