"""Multiple negatives ranking with a hard negative for each anchor."""

import torch
import torch.nn.functional as F
from losses.similarities import similarities
from torch import Tensor

SCALE = 20.0  # 1 / temperature 0.05: it multiplies the cosines


def criterion(anchors: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
    """[B, D] each; all positives and negatives of the batch compete for each anchor."""
    candidates = torch.cat([positives, negatives])  # row i of the first half belongs to anchor i
    logits = SCALE * similarities(anchors, candidates)  # [B, 2 * B]
    return F.cross_entropy(logits, torch.arange(len(logits), device=logits.device))
