"""Smooth L1 of offsets that are scaled to about size 1."""

import torch.nn.functional as F
from torch import Tensor

SCALES = [10.0, 10.0, 5.0, 5.0]  # of shifts and log-sizes; SSD calls their inverses variances


def scaled_smooth_l1(offsets: Tensor, wanted: Tensor, beta: float) -> Tensor:
    """Offsets [P, 4] of the positives, as they are and as they should be -> the sum."""
    scales = offsets.new_tensor(SCALES)
    return F.smooth_l1_loss(offsets * scales, wanted * scales, beta=beta, reduction="sum")
