"""Squared error of the sine and the cosine."""

import torch
import torch.nn.functional as F
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Sines and cosines [..., 2], angles [...] in radians, float32 -> scalar."""
    return F.mse_loss(prediction, torch.stack([target.sin(), target.cos()], dim=-1))
