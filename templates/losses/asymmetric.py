"""Asymmetric loss (Ridnik et al. 2021, arXiv 2009.14119)."""

import torch
import torch.nn.functional as F
from torch import Tensor

GAMMA_NEGATIVE, GAMMA_POSITIVE = 4.0, 1.0  # how fast easy negatives and positives stop counting
CLIP = 0.05  # a negative with p below it counts nothing; above 0, or log(1 - p) overflows


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """Focal terms, averaged; for no, p is first lowered by CLIP: easy ones count nothing."""
    p = logits.sigmoid()
    lowered = (p - CLIP).clamp(min=0)
    positive = (1 - p) ** GAMMA_POSITIVE * F.logsigmoid(logits)
    negative = lowered**GAMMA_NEGATIVE * torch.log1p(-lowered)
    return -torch.lerp(negative, positive, targets).mean()
