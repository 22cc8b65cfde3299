"""Cosine embedding loss."""

import torch.nn.functional as F
from torch import Tensor

MARGIN = 0.0  # cosine up to which a different pair costs nothing; 0 .. 0.5


def criterion(first: Tensor, second: Tensor, same: Tensor) -> Tensor:
    """Rows [B, D] twice, labels [B], 1 for the same and 0 for different -> scalar."""
    signs = 2 * same - 1  # it wants +1 and -1; a 0 would count for nothing, without a word
    return F.cosine_embedding_loss(first, second, signs, margin=MARGIN)
