"""Multi-class hinge loss (Weston & Watkins 1998)."""

from torch import nn

MARGIN = 1.0

criterion = nn.MultiMarginLoss(margin=MARGIN, p=1)
