"""Generalised Dice loss (Sudre et al. 2017, arXiv 1707.03237)."""

from torch import Tensor


def criterion(probabilities: Tensor, truth: Tensor) -> Tensor:
    """1 - 2 sum(w TP) / sum(w (2 TP + FP + FN)), w = 1 / (pixels of the class) ** 2, in 0..1."""
    sizes = truth.sum((0, 2, 3))  # pixels of each class; one without any gets no weight
    weights = (sizes > 0) / sizes.clamp(min=1) ** 2
    both = (weights * (probabilities.sum((0, 2, 3)) + sizes)).sum()
    hits = (weights * (probabilities * truth).sum((0, 2, 3))).sum()
    return (both - 2 * hits) / both.clamp(min=1e-20)  # no foreground at all: 0
