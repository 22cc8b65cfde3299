"""Multiple negatives ranking, both ways."""

import torch
import torch.nn.functional as F
from losses.similarities import similarities
from torch import Tensor

SCALE = 20.0  # 1 / temperature 0.05: it multiplies the cosines


def criterion(anchors: Tensor, positives: Tensor) -> Tensor:
    """[B, D] each, row i belongs to row i: the positive is found, and the anchor from it."""
    logits = SCALE * similarities(anchors, positives)  # [B, B]
    rows = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, rows) + F.cross_entropy(logits.T, rows)) / 2
