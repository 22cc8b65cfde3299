"""Huber."""

from torch import nn

DELTA = 1.0  # in the targets' unit: 1.345 times the noise's standard deviation is the classic

criterion = nn.HuberLoss(delta=DELTA)
