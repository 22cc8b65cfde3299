"""Multi-class hinge loss against the best wrong class (Crammer & Singer 2001)."""

import torch
from torch import Tensor

MARGIN = 1.0


def criterion(scores: Tensor, targets: Tensor) -> Tensor:
    """The mean of max(0, MARGIN - s[y] + the highest wrong score)."""
    right = targets[:, None]  # [B, 1]
    wrong = scores.detach().scatter(1, right, -float("inf")).argmax(dim=1, keepdim=True)
    score, best_wrong = scores.gather(1, torch.cat([right, wrong], dim=1)).unbind(dim=1)
    return (MARGIN - score + best_wrong).relu().mean()
