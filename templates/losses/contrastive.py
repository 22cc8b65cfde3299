"""Contrastive loss of pairs (Hadsell et al. 2006)."""

import torch
from torch import Tensor

MARGIN = 1.0  # of the distance; that of two unit vectors lies in 0 .. 2


def criterion(first: Tensor, second: Tensor, same: Tensor) -> Tensor:
    """Unit rows [B, D] twice, labels [B], 1 for the same and 0 for different -> scalar."""
    distances = torch.linalg.vector_norm(first - second, dim=1)
    far = (MARGIN - distances).clamp(min=0)
    return (same * distances.square() + (1 - same) * far.square()).mean()
