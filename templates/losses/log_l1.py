"""Absolute error of the logarithm: the median of a skewed amount."""

import torch.nn.functional as F
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Logs of the median [...], targets [...] above 0, float32 -> scalar."""
    return F.l1_loss(prediction, target.log())
