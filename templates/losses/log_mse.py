"""Squared error of the logarithm: a log-normal of constant spread."""

import torch.nn.functional as F
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Logs of the median [...], targets [...] above 0, float32 -> scalar."""
    return F.mse_loss(prediction, target.log())
