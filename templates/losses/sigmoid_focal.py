"""Focal loss over sigmoids (Lin et al. 2017, arXiv 1708.02002)."""

import torch
import torch.nn.functional as F
from torch import Tensor

ALPHA = 0.25  # weight of the positives; the negatives get 1 - ALPHA
GAMMA = 2.0  # 0: weighted BCE; at least 1, or sure predictions get NaN gradients


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The sum of alpha_t * (1 - p_t) ** GAMMA * -log p_t, divided by the number of positives.

    No weights or sampler beside it. Its sigmoid is no probability: calibrate on validation data.
    """
    p = logits.sigmoid()
    miss = torch.lerp(p, 1 - p, targets)  # 1 - p_t
    alpha_t = (1 - ALPHA) + (2 * ALPHA - 1) * targets
    losses = F.binary_cross_entropy_with_logits(logits, targets, alpha_t, reduction="none")
    return (miss**GAMMA * losses).sum() / targets.sum().clamp(min=1)
