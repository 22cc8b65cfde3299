"""Squared error of the cosine."""

import torch.nn.functional as F
from torch import Tensor


def criterion(left: Tensor, right: Tensor, scores: Tensor) -> Tensor:
    """[B, D] each; scores [B] in 0..1 are the cosines that are wanted."""
    return F.mse_loss(F.cosine_similarity(left, right, dim=-1), scores.to(left.dtype))
