"""Sigmoid focal loss of the classes of anchors (Lin et al. 2017, arXiv 1708.02002)."""

import torch.nn.functional as F
from torch import Tensor

ALPHA = 0.25  # weight of the positives; the negatives get 1 - ALPHA
GAMMA = 2.0  # 0: weighted BCE; at least 1, or sure predictions get NaN gradients


def focal_classes(logits: Tensor, classes: Tensor) -> Tensor:
    """Logits [B, A, C], classes [B, A] with C for background and -100 for ignored -> the sum."""
    known = classes >= 0
    found = known & (classes < logits.shape[-1])
    own = logits[found].gather(-1, classes[found, None])  # of each object, at its class
    positive = -ALPHA * (-own).sigmoid() ** GAMMA * F.logsigmoid(own)
    negative, instead = (
        -(1 - ALPHA) * z.sigmoid() ** GAMMA * F.logsigmoid(-z) for z in (logits, own)
    )
    return (negative.sum(dim=-1) * known).sum() + (positive - instead).sum()
