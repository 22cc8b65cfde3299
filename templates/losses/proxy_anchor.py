"""Proxy-anchor loss (Kim et al. 2020, arXiv 2003.13911)."""

import torch
import torch.nn.functional as F
from torch import Tensor

ALPHA = 32.0  # sharpness
DELTA = 0.1  # margin of the cosine


def criterion(cosines: Tensor, labels: Tensor) -> Tensor:
    """Cosines [B, C] to a proxy of each class, class indices [B]: proxies pull and push rows."""
    own = F.one_hot(labels, cosines.shape[1])
    pull = (torch.exp(-ALPHA * (cosines - DELTA)) * own).sum(dim=0).log1p()
    push = (torch.exp(ALPHA * (cosines + DELTA)) * (1 - own)).sum(dim=0).log1p()
    return pull[own.any(dim=0)].mean() + push.mean()  # pulled are the classes of this batch alone
