"""Cross-entropy over the vocabulary with label smoothing (Vaswani et al. 2017)."""

import torch.nn.functional as F
from torch import Tensor

IGNORE_INDEX = -100  # label of padding
LABEL_SMOOTHING = 0.1  # the true token gets 1 - e + e / V, each other one e / V


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """Raw logits [N, V] float32, token ids [N] int64 -> scalar: the mean over those that count."""
    count = (targets != IGNORE_INDEX).sum().clamp(min=1)  # a batch without any gives 0, not NaN
    options = {"ignore_index": IGNORE_INDEX, "label_smoothing": LABEL_SMOOTHING}
    return F.cross_entropy(logits, targets, reduction="sum", **options) / count
