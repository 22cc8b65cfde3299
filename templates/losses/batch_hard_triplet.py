"""Batch-hard triplet loss (Hermans et al. 2017, arXiv 1703.07737)."""

import torch
from torch import Tensor

MARGIN = 0.2  # of the distance; that of two unit vectors lies in 0 .. 2


def criterion(embeddings: Tensor, labels: Tensor) -> Tensor:
    """Unit rows [B, D], class indices [B]: each row's furthest positive and nearest negative."""
    # Not by a matrix product, which loses the small distances to rounding.
    distances = torch.cdist(embeddings, embeddings, compute_mode="donot_use_mm_for_euclid_dist")
    same = labels[:, None] == labels
    furthest = distances.masked_fill(~same, 0.0).amax(dim=1)
    nearest = distances.masked_fill(same, torch.inf).amin(dim=1)
    losses = (furthest - nearest + MARGIN).clamp(min=0)
    return losses[same.sum(dim=1) > 1].mean()  # a row without a positive is no anchor
