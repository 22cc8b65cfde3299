"""Hinge loss, as in a linear SVM (Cortes & Vapnik 1995)."""

import torch
from torch import Tensor

MARGIN = 1.0


def criterion(scores: Tensor, targets: Tensor) -> Tensor:
    """The mean of max(0, MARGIN - s) for yes and of max(0, MARGIN + s) for no."""
    yes, no = (MARGIN - scores).relu(), (MARGIN + scores).relu()
    return torch.lerp(no, yes, targets).mean()
