"""Contrastive loss (Hadsell et al. 2006) on the cosine distance."""

import torch.nn.functional as F
from torch import Tensor

MARGIN = 0.5  # of 1 - cosine: pairs that differ need not be further apart


def criterion(left: Tensor, right: Tensor, same: Tensor) -> Tensor:
    """[B, D] each; same [B]: 1 pulls a pair together, 0 pushes it out to the margin."""
    distance = 1 - F.cosine_similarity(left, right, dim=-1)
    apart = (MARGIN - distance).relu()
    return (same * distance**2 + (1 - same) * apart**2).mean() / 2
