"""Batch-hard triplet loss (Hermans et al. 2017, arXiv 1703.07737)."""

import torch
from torch import Tensor

MARGIN = 0.2  # of the distance; that of two unit vectors lies in 0 .. 2


def criterion(embeddings: Tensor, labels: Tensor) -> Tensor:
    """Unit rows [B, D], class indices [B]: each row's furthest positive and nearest negative."""
    same = labels[:, None] == labels
    with torch.no_grad():  # centred: rows that are close must not be lost to rounding
        distances = torch.cdist(*[embeddings - embeddings.mean(dim=0)] * 2)
        furthest = distances.masked_fill(~same, -1.0).argmax(dim=1)
        nearest = distances.masked_fill(same, torch.inf).argmin(dim=1)
    positive = torch.linalg.vector_norm(embeddings - embeddings[furthest], dim=1)
    negative = torch.linalg.vector_norm(embeddings - embeddings[nearest], dim=1)
    losses = (positive - negative + MARGIN).clamp(min=0)
    return losses[same.sum(dim=1) > 1].mean()  # a row without a positive is no anchor
