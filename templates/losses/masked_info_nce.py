"""Symmetric InfoNCE, without the negatives that are none."""

import torch
import torch.nn.functional as F
from losses.similarities import similarities
from torch import Tensor

INITIAL_SCALE = 1 / 0.07  # 1 / temperature; learned
MAX_SCALE = 100.0  # above it training gets unstable


def criterion(images: Tensor, texts: Tensor, log_scale: Tensor, ids: Tensor) -> Tensor:
    """[B, D] each, row i belongs to row i; other rows with the id of row i are left out there."""
    logits = log_scale.exp() * similarities(images, texts)  # [B, B]
    rows = torch.arange(len(logits), device=logits.device)
    double = (ids[:, None] == ids) & (rows[:, None] != rows)
    logits = logits.masked_fill(double, -torch.inf)
    return (F.cross_entropy(logits, rows) + F.cross_entropy(logits.T, rows)) / 2
