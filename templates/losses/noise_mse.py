"""Squared error of the noise."""

import torch.nn.functional as F
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Noise [B, ...] float32, predicted and true -> scalar."""
    return F.mse_loss(prediction, target)
