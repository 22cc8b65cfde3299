"""CORN, conditional ordinal regression (Shi, Cao & Raschka 2021, arXiv 2111.08851)."""

import torch
import torch.nn.functional as F
from torch import Tensor


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """BCE of "above level k?" for the samples that reached level k, averaged over all questions."""
    levels = torch.arange(logits.shape[1], device=targets.device)
    above = (targets[:, None] > levels).to(logits.dtype)  # [B, K]
    asked = (targets[:, None] >= levels).to(logits.dtype)
    total = F.binary_cross_entropy_with_logits(logits, above, weight=asked, reduction="sum")
    return total / asked.sum()
