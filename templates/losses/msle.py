"""Squared error of log(1 + amount), whose root is RMSLE."""

import torch.nn.functional as F
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Logs of the amount [...], targets [...] from 0, float32 -> scalar."""
    return F.mse_loss(F.softplus(prediction), target.log1p())  # softplus(z) = log(1 + exp(z))
