"""Focal loss over sigmoids (Lin et al. 2017, arXiv 1708.02002)."""

import torch.nn.functional as F
from torch import Tensor

ALPHA = 0.25  # weight of the positives; the negatives get 1 - ALPHA
GAMMA = 2.0  # 0: weighted BCE; at least 1, or sure predictions get NaN gradients


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The sum of alpha_t * (1 - p_t) ** GAMMA * -log p_t, divided by the number of positives."""
    positive = -ALPHA * (-logits).sigmoid() ** GAMMA * F.logsigmoid(logits)
    negative = -(1 - ALPHA) * logits.sigmoid() ** GAMMA * F.logsigmoid(-logits)
    losses = targets * positive + (1 - targets) * negative
    return losses.sum() / targets.sum().clamp(min=1)
