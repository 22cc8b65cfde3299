"""Cross-entropy."""

from torch import nn

criterion = nn.CrossEntropyLoss()
