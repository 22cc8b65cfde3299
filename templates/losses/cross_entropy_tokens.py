"""Cross-entropy that leaves padded tokens out."""

from torch import nn

IGNORE_INDEX = -100  # label of padding, special tokens and word pieces after the first

criterion = nn.CrossEntropyLoss(ignore_index=IGNORE_INDEX)
