"""Sigmoid focal loss of the classes of anchors (Lin et al. 2017, arXiv 1708.02002)."""

import torch
import torch.nn.functional as F
from torch import Tensor

ALPHA = 0.25  # weight of the positives; the negatives get 1 - ALPHA
GAMMA = 2.0  # 0: weighted BCE; at least 1, or sure predictions get NaN gradients


def focal_classes(logits: Tensor, classes: Tensor) -> Tensor:
    """Logits [B, A, C], classes [B, A] with C for background and -100 for ignored -> the sum."""
    known, places = (classes >= 0)[..., None], classes.clamp(min=0)[..., None]
    own = known.new_zeros(*classes.shape, logits.shape[-1] + 1)
    own = own.scatter_(-1, places, known)[..., :-1]  # without the background
    weights = torch.where(own, ALPHA, 1 - ALPHA) * known
    wrong = torch.where(own, -logits, logits)  # its sigmoid is 1 - p_t, its softplus -log p_t
    return (weights * wrong.sigmoid() ** GAMMA * F.softplus(wrong)).sum()
