"""Triplet margin loss on cosines."""

import torch.nn.functional as F
from torch import Tensor, nn

MARGIN = 0.2  # of the cosine


def distance(first: Tensor, second: Tensor) -> Tensor:
    """Rows [B, D] twice -> one minus their cosine [B], in 0 .. 2."""
    return 1 - F.cosine_similarity(first, second, dim=1)


criterion = nn.TripletMarginWithDistanceLoss(distance_function=distance, margin=MARGIN)
