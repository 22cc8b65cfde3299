"""Supervised contrastive loss (Khosla et al. 2020, arXiv 2004.11362)."""

import torch
from torch import Tensor

TEMPERATURE = 0.1  # cosines are divided by it


def criterion(embeddings: Tensor, labels: Tensor) -> Tensor:
    """Unit rows [B, D], class indices [B]: the mean -log share of its positives."""
    logits = embeddings @ embeddings.T / TEMPERATURE
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    positive = (labels[:, None] == labels) & ~itself
    log_shares = logits - logits.masked_fill(itself, -torch.inf).logsumexp(dim=1, keepdim=True)
    counts = positive.sum(dim=1)
    losses = -(log_shares * positive).sum(dim=1)
    return (losses[counts > 0] / counts[counts > 0]).mean()  # a row without a positive: 0 / 0
