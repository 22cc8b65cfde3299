"""Squared error of the clean sample."""

import torch.nn.functional as F
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Clean samples [B, ...] float32, predicted and true -> scalar."""
    return F.mse_loss(prediction, target)
