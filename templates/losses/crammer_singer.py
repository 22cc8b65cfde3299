"""Multi-class hinge loss against the best wrong class (Crammer & Singer 2001)."""

from torch import Tensor

MARGIN = 1.0


def criterion(scores: Tensor, targets: Tensor) -> Tensor:
    """The mean of max(0, MARGIN - s[y] + the highest wrong score)."""
    right = scores.gather(1, targets[:, None]).squeeze(1)  # [B]
    wrong = scores.scatter(1, targets[:, None], -float("inf")).amax(dim=1)  # [B]
    return (MARGIN - right + wrong).relu().mean()
