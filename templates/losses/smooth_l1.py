"""Smooth L1."""

from torch import nn

BETA = 1.0  # in the targets' unit: quadratic below, absolute above

criterion = nn.SmoothL1Loss(beta=BETA)
