"""Cross-entropy against class probabilities."""

from torch import nn

criterion = nn.CrossEntropyLoss()
