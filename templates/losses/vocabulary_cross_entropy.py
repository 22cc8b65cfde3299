"""Cross-entropy over the vocabulary, averaged over the tokens that count."""

import torch.nn.functional as F
from torch import Tensor

IGNORE_INDEX = -100  # label of the tokens that don't count: padding, prompts, what isn't masked


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """Raw logits [N, V] float32, token ids [N] int64 -> scalar.

    With gradient accumulation or several GPUs, divide by the tokens of the whole step instead.
    """
    count = (targets != IGNORE_INDEX).sum().clamp(min=1)  # a batch without any gives 0, not NaN
    return F.cross_entropy(logits, targets, ignore_index=IGNORE_INDEX, reduction="sum") / count
