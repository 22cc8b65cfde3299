"""Least squares for a discriminator (LSGAN)."""

import torch
import torch.nn.functional as F
from torch import Tensor


def discriminator_criterion(real: Tensor, made: Tensor) -> Tensor:
    """Raw scores of true and of made images -> squared distance from 1 and 0, halved."""
    return (F.mse_loss(real, torch.ones_like(real)) + made.square().mean()) / 2
