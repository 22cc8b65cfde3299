"""Triplet loss on cosines."""

import torch.nn.functional as F
from torch import Tensor

MARGIN = 0.1  # of the cosine


def criterion(anchors: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
    """[B, D] each: the positive must be closer than the negative by MARGIN."""
    right = F.cosine_similarity(anchors, positives, dim=-1)
    wrong = F.cosine_similarity(anchors, negatives, dim=-1)
    return (wrong - right + MARGIN).relu().mean()
