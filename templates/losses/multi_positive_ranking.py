"""Multiple negatives ranking with several positives per anchor."""

import torch.nn.functional as F
from losses.similarities import similarities
from torch import Tensor

SCALE = 20.0  # 1 / temperature 0.05: it multiplies the cosines


def criterion(anchors: Tensor, positives: Tensor, ids: Tensor) -> Tensor:
    """[B, D] each; every row with the id of row i is a positive of it, and counts alike."""
    same = (ids[:, None] == ids).to(anchors.dtype)  # [B, B]
    logits = SCALE * similarities(anchors, positives)
    return F.cross_entropy(logits, same / same.sum(dim=1, keepdim=True))
