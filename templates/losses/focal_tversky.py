"""Focal Tversky loss (Abraham & Khan 2018, arXiv 1810.07842)."""

from losses.region_sums import SMOOTH, class_mean, region_sums
from torch import Tensor

#: if precise
FP_WEIGHT, FN_WEIGHT = 0.7, 0.3  # of a false alarm and a miss
#: else
FP_WEIGHT, FN_WEIGHT = 0.3, 0.7  # of a false alarm and a miss
#: end
EXPONENT = 0.75  # the paper's 1 / gamma with gamma = 4/3; below 1: well-found classes still pull
FLOOR = 1e-7  # the slope of x ** 0.75 is infinite at 0


def criterion(probabilities: Tensor, truth: Tensor) -> Tensor:
    """(1 - Tversky index) ** EXPONENT of each class, then averaged."""
    hits, false_alarms, misses = region_sums(probabilities, truth)
    total = hits + FP_WEIGHT * false_alarms + FN_WEIGHT * misses
    losses = 1 - (hits + SMOOTH) / (total + SMOOTH)
    return class_mean(losses.clamp(min=FLOOR) ** EXPONENT, hits + misses)
