"""Cross-entropy with label smoothing."""

from torch import nn

LABEL_SMOOTHING = 0.1  # the true class gets 1 - e + e / C, each other class e / C

criterion = nn.CrossEntropyLoss(label_smoothing=LABEL_SMOOTHING)
