"""CORAL, consistent rank logits (Cao, Mirjalili & Raschka 2020, arXiv 1901.07884)."""

import torch
import torch.nn.functional as F
from torch import Tensor


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """BCE of "above level k?", summed over the levels and averaged over the samples."""
    levels = torch.arange(logits.shape[1], device=targets.device)
    above = (targets[:, None] > levels).to(logits.dtype)  # [B, K]
    return F.binary_cross_entropy_with_logits(logits, above, reduction="sum") / len(logits)
