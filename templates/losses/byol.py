"""The loss of BYOL, a squared distance of unit vectors (Grill et al. 2020, arXiv 2006.07733)."""

from losses.cosines import cosines
from torch import Tensor


def criterion(predictions: Tensor, projections: Tensor) -> Tensor:
    """Rows [B, 2, D] of two views: each predicts the target network's projection of the other."""
    goals = projections.flip(1).detach()
    return (2 - 2 * cosines(predictions, goals)).sum(dim=1).mean()  # both directions
