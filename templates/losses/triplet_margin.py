"""Triplet margin loss."""

from torch import nn

MARGIN = 0.2  # of the distance; that of two unit vectors lies in 0 .. 2

criterion = nn.TripletMarginLoss(margin=MARGIN)
