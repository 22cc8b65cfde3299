"""Soft counts of what was found, invented and missed, as overlap losses want them."""

import torch
from torch import Tensor

SMOOTH = 1e-5  # pixels, against 0 / 0; with 1, to miss an object of one pixel costs only 0.5
POOL_BATCH = True  # sums over the whole batch; False: over each image, then averaged
SKIP_ABSENT = True  # classes without a pixel don't count; False: any trace of them costs 1


def region_sums(probabilities: Tensor, truth: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Hits, false alarms and misses in pixels, [C], or [B, C] unless the batch is pooled."""
    axes = (0, 2, 3) if POOL_BATCH else (2, 3)
    hits = (probabilities * truth).sum(axes)
    return hits, probabilities.sum(axes) - hits, truth.sum(axes) - hits


def class_mean(losses: Tensor, sizes: Tensor) -> Tensor:
    """The mean over the classes (and images); `sizes`: the pixels that each really has."""
    counted = sizes > 0 if SKIP_ABSENT else torch.ones_like(sizes)
    return (losses * counted).sum() / counted.sum().clamp(min=1)
