"""Least squares against a discriminator (LSGAN)."""

import torch
import torch.nn.functional as F
from torch import Tensor


def against(scores: Tensor, label: float) -> Tensor:
    """Raw scores, one for each patch -> squared distance from 1 for real or 0 for made."""
    return F.mse_loss(scores, torch.full_like(scores, label))
