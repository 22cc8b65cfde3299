"""Soft Dice loss (Milletari et al. 2016, arXiv 1606.04797, without squares)."""

from losses.region_sums import SMOOTH, class_mean, region_sums
from torch import Tensor


def dice(probabilities: Tensor, truth: Tensor) -> Tensor:
    """The mean of 1 - (2 TP + s) / (2 TP + FP + FN + s) over the classes, in 0..1."""
    hits, false_alarms, misses = region_sums(probabilities, truth)
    overlap = (2 * hits + SMOOTH) / (2 * hits + false_alarms + misses + SMOOTH)
    return class_mean(1 - overlap, hits + misses)


criterion = dice
