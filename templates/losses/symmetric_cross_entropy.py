"""Symmetric cross-entropy (Wang et al. 2019, arXiv 1908.06112)."""

import torch
import torch.nn.functional as F
from torch import Tensor

ALPHA, BETA = 0.1, 1.0  # weights of cross-entropy and of its reverse
LOG_ZERO = -9.21  # stands for log 0 in the reverse term: log 1e-4


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """ALPHA * -log p[y] + BETA * -LOG_ZERO * (1 - p[y]), averaged."""
    losses = F.cross_entropy(logits, targets, reduction="none")  # -log p[y], [B]
    reverse = LOG_ZERO * torch.expm1(-losses)
    return (ALPHA * losses + BETA * reverse).mean()
