"""NT-Xent, the loss of SimCLR (Chen et al. 2020, arXiv 2002.05709)."""

import torch
import torch.nn.functional as F
from torch import Tensor

TEMPERATURE = 0.1  # cosines are divided by it


def criterion(first: Tensor, second: Tensor) -> Tensor:
    """Unit rows [B, D] of two views: each row finds its partner among the other 2 B - 1 rows."""
    rows = torch.cat([first, second])
    itself = torch.eye(len(rows), dtype=torch.bool, device=rows.device)
    logits = (rows @ rows.T / TEMPERATURE).masked_fill(itself, -torch.inf)
    partners = torch.arange(len(rows), device=rows.device).roll(len(first))
    return F.cross_entropy(logits, partners)
