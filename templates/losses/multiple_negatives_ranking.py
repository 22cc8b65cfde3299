"""Multiple negatives ranking (Henderson et al. 2017, arXiv 1705.00652)."""

import torch
import torch.nn.functional as F
from losses.similarities import similarities
from torch import Tensor

SCALE = 20.0  # 1 / temperature 0.05: it multiplies the cosines


def criterion(anchors: Tensor, positives: Tensor) -> Tensor:
    """[B, D] each, row i belongs to row i; the other positives of the batch are the negatives."""
    logits = SCALE * similarities(anchors, positives)  # [B, B]
    return F.cross_entropy(logits, torch.arange(len(logits), device=logits.device))
