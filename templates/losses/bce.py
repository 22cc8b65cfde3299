"""Binary cross-entropy."""

from torch import nn

criterion = nn.BCEWithLogitsLoss()
