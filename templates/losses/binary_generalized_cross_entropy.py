"""Generalized cross-entropy (Zhang & Sabuncu 2018, arXiv 1805.07836) for yes-or-no outputs."""

import torch
import torch.nn.functional as F
from torch import Tensor

Q = 0.7  # towards 0: cross-entropy; 1: absolute error, the most robust and the slowest


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean of (1 - p_t ** Q) / Q, where p_t is the probability of the label that is given."""
    losses = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")  # -log p_t
    return -torch.expm1(-Q * losses).mean() / Q
