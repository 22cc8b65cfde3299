"""Contrastive loss over all pairs of a batch (Hadsell et al. 2006)."""

import torch
from torch import Tensor

MARGIN = 1.0  # of the distance; that of two unit vectors lies in 0 .. 2


def criterion(embeddings: Tensor, labels: Tensor) -> Tensor:
    """Unit rows [B, D], class indices [B]: pulls equal labels together, others MARGIN apart."""
    distances = torch.cdist(embeddings, embeddings, compute_mode="donot_use_mm_for_euclid_dist")
    same = labels[:, None] == labels
    pairs = torch.ones_like(same).triu(diagonal=1)  # each pair once, none with itself
    near = distances[pairs & same].square().mean()
    far = (MARGIN - distances[pairs & ~same]).clamp(min=0).square().mean()
    return near + far
