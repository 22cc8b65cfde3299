"""Multi-similarity loss with its mining (Wang et al. 2019, arXiv 1904.06627)."""

import torch
from torch import Tensor

ALPHA = 2.0  # sharpness of the positives
BETA = 50.0  # sharpness of the negatives
BASE = 0.5  # cosine above which a negative, below which a positive, weighs much
MINING = 0.1  # a pair counts if it comes this close to the hardest one of the other kind


def criterion(embeddings: Tensor, labels: Tensor) -> Tensor:
    """Unit rows [B, D], class indices [B]: each row's hard pairs, the harder the heavier."""
    cosines = embeddings @ embeddings.T
    negative = labels[:, None] != labels
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    positive = ~negative & ~itself
    lowest = cosines.masked_fill(~positive, torch.inf).amin(dim=1, keepdim=True)
    highest = cosines.masked_fill(~negative, -torch.inf).amax(dim=1, keepdim=True)
    positive = positive & (cosines < highest + MINING)
    negative = negative & (cosines > lowest - MINING)
    pull = (torch.exp(-ALPHA * (cosines - BASE)) * positive).sum(dim=1).log1p() / ALPHA
    push = (torch.exp(BETA * (cosines - BASE)) * negative).sum(dim=1).log1p() / BETA
    return (pull + push).mean()
