"""Cosine of every row with every row."""

import torch.nn.functional as F
from torch import Tensor


def similarities(left: Tensor, right: Tensor) -> Tensor:
    """Embeddings [A, D] and [B, D] of any length -> cosine of each with each, [A, B]."""
    return F.normalize(left, dim=-1) @ F.normalize(right, dim=-1).T
