"""Generalized cross-entropy (Zhang & Sabuncu 2018, arXiv 1805.07836)."""

import torch
import torch.nn.functional as F
from torch import Tensor

Q = 0.7  # towards 0: cross-entropy; 1: absolute error, the most robust and the slowest


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean of (1 - p[y] ** Q) / Q."""
    losses = F.cross_entropy(logits, targets, reduction="none")  # -log p[y], [B]
    return -torch.expm1(-Q * losses).mean() / Q
