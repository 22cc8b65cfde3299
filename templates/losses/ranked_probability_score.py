"""Ranked probability score: squared distance of cumulative distributions (Epstein 1969)."""

from torch import Tensor


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean over samples of the sum over levels k of (P(y <= k) - Q(y <= k)) ** 2."""
    difference = logits.softmax(dim=1) - targets
    return difference.cumsum(dim=1).square().sum() / len(logits)
