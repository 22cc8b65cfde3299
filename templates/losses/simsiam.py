"""The loss of SimSiam, a negative cosine (Chen and He 2021, arXiv 2011.10566)."""

from losses.cosines import cosines
from torch import Tensor


def criterion(predictions: Tensor, projections: Tensor) -> Tensor:
    """Rows [B, 2, D] of two views: each view predicts the projection of the other."""
    goals = projections.flip(1).detach()  # without this stop, all rows become equal
    return -cosines(predictions, goals).mean()
