"""Tversky loss (Salehi et al. 2017, arXiv 1706.05721)."""

from losses.region_sums import SMOOTH, class_mean, region_sums
from torch import Tensor

#: if precise
FP_WEIGHT, FN_WEIGHT = 0.7, 0.3  # of a false alarm and a miss; 0.5 and 0.5 is Dice
#: else
FP_WEIGHT, FN_WEIGHT = 0.3, 0.7  # of a false alarm and a miss; 0.5 and 0.5 is Dice
#: end


def criterion(probabilities: Tensor, truth: Tensor) -> Tensor:
    """1 - (TP + s) / (TP + FP_WEIGHT FP + FN_WEIGHT FN + s) of each class, averaged."""
    hits, false_alarms, misses = region_sums(probabilities, truth)
    total = hits + FP_WEIGHT * false_alarms + FN_WEIGHT * misses
    return class_mean(1 - (hits + SMOOTH) / (total + SMOOTH), hits + misses)
