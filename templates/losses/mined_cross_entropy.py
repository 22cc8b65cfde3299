"""Cross-entropy of the positives and the hardest negatives (Liu et al. 2016, arXiv 1512.02325)."""

import torch.nn.functional as F
from torch import Tensor

NEGATIVES = 3  # for each positive of the same image


def mined_cross_entropy(logits: Tensor, classes: Tensor) -> Tensor:
    """Logits [B, A, C + 1], classes [B, A] with C for background, -100 for ignored -> the sum."""
    losses = F.cross_entropy(logits.flatten(0, 1), classes.flatten(), reduction="none")
    losses = losses.view_as(classes)
    negative = classes == logits.shape[-1] - 1
    positive = (classes >= 0) & ~negative
    hardest_first = losses.detach().masked_fill(~negative, -1.0).argsort(dim=1, descending=True)
    mined = hardest_first.argsort(dim=1) < NEGATIVES * positive.sum(dim=1, keepdim=True)
    return losses[positive | (negative & mined)].sum()
