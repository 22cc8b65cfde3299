"""All-threshold hinge loss for ordered classes (Rennie & Srebro 2005)."""

import torch
from torch import Tensor

MARGIN = 1.0


def criterion(scores: Tensor, targets: Tensor) -> Tensor:
    """Hinge of "above level k?", summed over the levels and averaged over the samples."""
    levels = torch.arange(scores.shape[1], device=targets.device)
    signs = torch.where(targets[:, None] > levels, 1.0, -1.0)  # [B, K]
    return (MARGIN - signs * scores).relu().sum() / len(scores)
