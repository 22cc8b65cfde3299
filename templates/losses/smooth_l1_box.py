"""Smooth L1 for boxes."""

from torch import nn

BETA = 1 / 9  # in the unit of the coordinates: quadratic below, absolute above

criterion = nn.SmoothL1Loss(beta=BETA)
