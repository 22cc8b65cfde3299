"""Focal loss over a softmax (Lin et al. 2017, arXiv 1708.02002, for several classes)."""

import torch
import torch.nn.functional as F
from torch import Tensor

GAMMA = 2.0  # 0: cross-entropy; at least 1, or sure predictions get NaN gradients


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean of (1 - p[y]) ** GAMMA * -log p[y]."""
    losses = F.cross_entropy(logits, targets, reduction="none")  # -log p[y], [B]
    return ((-torch.expm1(-losses)) ** GAMMA * losses).mean()
