"""Cross-entropy from hidden states, without the logits of all tokens in memory at once."""

import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint

IGNORE_INDEX = -100  # label of the tokens that don't count: padding, prompts, what isn't masked
CHUNK = 32  # tokens at a time, a sixteenth of all: the peak is about 3 * CHUNK * V * 4 bytes


def chunk_loss(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Hidden states [N, D], output layer [V, D], token ids [N] -> the sum over the tokens."""
    logits = F.linear(hidden, weight).float()
    return F.cross_entropy(logits, targets, ignore_index=IGNORE_INDEX, reduction="sum")


def criterion(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Hidden states [N, D], output layer [V, D], token ids [N] int64 -> scalar float32."""
    # The backward pass computes the logits of each chunk once more instead of keeping them.
    total = sum(
        checkpoint(chunk_loss, rows, weight, ids, use_reentrant=False)
        for rows, ids in zip(hidden.split(CHUNK), targets.split(CHUNK), strict=True)
    )
    return total / (targets != IGNORE_INDEX).sum().clamp(min=1)
