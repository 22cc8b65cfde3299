"""Squared error of the velocity on a schedule."""

import torch.nn.functional as F
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Velocities [B, ...] float32, predicted and true -> scalar."""
    return F.mse_loss(prediction, target)
