"""Binary cross-entropy with shares as targets."""

from torch import nn

criterion = nn.BCEWithLogitsLoss()
