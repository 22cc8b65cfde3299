"""Barlow Twins (Zbontar et al. 2021, arXiv 2103.03230)."""

import torch
import torch.nn.functional as F
from torch import Tensor

REDUNDANCY_WEIGHT = 5e-3
EPSILON = 1e-5  # of the variance


def terms(first: Tensor, second: Tensor) -> dict[str, Tensor]:
    """Projections [B, D] of two views: their correlations [D, D] become the identity."""
    size = first.shape[:1]  # each dimension gets mean 0 and spread 1 over the batch
    left, right = (F.layer_norm(view.T, size, eps=EPSILON) for view in (first, second))
    correlations = left @ right.T / len(first)
    apart = correlations - torch.diag(correlations.diagonal())
    return {
        "invariance": (correlations.diagonal() - 1).square().sum(),
        "redundancy": REDUNDANCY_WEIGHT * apart.square().sum(),
    }
