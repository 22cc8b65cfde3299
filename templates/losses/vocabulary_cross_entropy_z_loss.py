"""Cross-entropy over the vocabulary, and a z-loss that keeps logits from drifting (PaLM)."""

import torch.nn.functional as F
from torch import Tensor

IGNORE_INDEX = -100  # label of the tokens that don't count
Z_WEIGHT = 1e-4  # PaLM; in squared nats


def criterion(logits: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Raw logits [N, V] float32, token ids [N] int64 -> both terms, means over those that count."""
    counted = targets != IGNORE_INDEX
    count = counted.sum().clamp(min=1)  # a batch without any gives 0, not NaN
    total = F.cross_entropy(logits, targets, ignore_index=IGNORE_INDEX, reduction="sum")
    squares = logits.logsumexp(dim=1)[counted].square()  # log of the softmax's denominator
    return {"cross_entropy": total / count, "z_loss": Z_WEIGHT * squares.sum() / count}
