"""Sigmoid focal loss of the classes of anchors (Lin et al. 2017, arXiv 1708.02002)."""

import torch.nn.functional as F
from torch import Tensor

ALPHA = 0.25  # weight of the positives; the negatives get 1 - ALPHA
GAMMA = 2.0  # 0: weighted BCE; at least 1, or sure predictions get NaN gradients


def focal_classes(logits: Tensor, classes: Tensor) -> Tensor:
    """Logits [B, A, C], classes [B, A] with C for background and -100 for ignored -> the sum."""
    known = classes >= 0
    logits, targets = logits[known], F.one_hot(classes[known], logits.shape[-1] + 1)[:, :-1]
    positive = -ALPHA * (-logits).sigmoid() ** GAMMA * F.logsigmoid(logits)
    negative = -(1 - ALPHA) * logits.sigmoid() ** GAMMA * F.logsigmoid(-logits)
    return (targets * positive + (1 - targets) * negative).sum()
