"""Cross-entropy of the hardest pixels (Wu et al. 2016, arXiv 1605.06885)."""

import torch.nn.functional as F
from torch import Tensor

IGNORE_INDEX = 255  # pixels without a label
HARDEST = 0.1  # share of the labelled pixels that counts


def criterion(logits: Tensor, masks: Tensor) -> Tensor:
    """The mean of -log p[y] over the HARDEST share of the batch's labelled pixels."""
    losses = F.cross_entropy(logits, masks, ignore_index=IGNORE_INDEX, reduction="none")
    count = int((masks != IGNORE_INDEX).sum())
    return losses.flatten().topk(max(1, round(HARDEST * count))).values.mean()
