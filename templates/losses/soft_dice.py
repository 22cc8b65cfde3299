"""Soft Dice loss (Milletari et al. 2016, arXiv 1606.04797, without squares)."""

import torch
from torch import Tensor

SMOOTH = 1e-5  # pixels, against 0 / 0; with 1, to miss an object of one pixel costs only 0.5
POOL_BATCH = True  # sums over the whole batch; False: over each image, then averaged
SKIP_ABSENT = True  # classes without a pixel don't count; False: any trace of them costs 1


def dice(probabilities: Tensor, truth: Tensor) -> Tensor:
    """The mean of 1 - (2 TP + s) / (2 TP + FP + FN + s) over the classes, in 0..1."""
    axes = (0, 2, 3) if POOL_BATCH else (2, 3)
    hits, sizes = (probabilities * truth).sum(axes), truth.sum(axes)
    losses = 1 - (2 * hits + SMOOTH) / (probabilities.sum(axes) + sizes + SMOOTH)
    counted = sizes > 0 if SKIP_ABSENT else torch.ones_like(sizes)
    return (losses * counted).sum() / counted.sum().clamp(min=1)
