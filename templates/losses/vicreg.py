"""VICReg (Bardes et al. 2022, arXiv 2105.04906)."""

import torch
import torch.nn.functional as F
from torch import Tensor

INVARIANCE_WEIGHT = 25.0
VARIANCE_WEIGHT = 25.0
COVARIANCE_WEIGHT = 1.0
EPSILON = 1e-4  # under the root, whose slope is infinite at 0


def terms(first: Tensor, second: Tensor) -> dict[str, Tensor]:
    """Projections [B, D] of two views: alike, each dimension of spread 1, no two correlated."""
    views = torch.stack([first, second])
    centered = views - views.mean(dim=1, keepdim=True)
    spread = (centered.square().sum(dim=1) / (len(first) - 1) + EPSILON).sqrt()  # [2, D]
    covariance = centered.mT @ centered / (len(first) - 1)  # [2, D, D]
    apart = 2 * covariance.triu(diagonal=1).square().sum()  # symmetric: each pair counts twice
    return {
        "invariance": INVARIANCE_WEIGHT * F.mse_loss(first, second),
        "variance": VARIANCE_WEIGHT * (1 - spread).clamp(min=0).mean(),
        "covariance": COVARIANCE_WEIGHT * apart / first.shape[1],
    }
