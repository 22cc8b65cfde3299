"""Log-cosh: quadratic near zero, absolute far away, smooth everywhere."""

import math

import torch.nn.functional as F
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Predictions and targets [...] float32 -> scalar; log(cosh(error)) without its overflow."""
    error = prediction - target
    return (error + F.softplus(-2 * error)).mean() - math.log(2)
