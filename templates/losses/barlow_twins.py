"""Barlow Twins (Zbontar et al. 2021, arXiv 2103.03230)."""

import torch
from torch import Tensor

REDUNDANCY_WEIGHT = 5e-3
EPSILON = 1e-5  # of the variance


def terms(first: Tensor, second: Tensor) -> dict[str, Tensor]:
    """Projections [B, D] of two views: their correlations [D, D] become the identity."""
    views = torch.stack([first, second])
    centered = views - views.mean(dim=1, keepdim=True)
    spread = (centered.square().mean(dim=1, keepdim=True) + EPSILON).sqrt()
    left, right = centered / spread
    correlations = left.T @ right / len(first)
    apart = correlations - torch.diag(correlations.diagonal())
    return {
        "invariance": (correlations.diagonal() - 1).square().sum(),
        "redundancy": REDUNDANCY_WEIGHT * apart.square().sum(),
    }
