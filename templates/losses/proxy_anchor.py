"""Proxy-anchor loss (Kim et al. 2020, arXiv 2003.13911)."""

import torch
from torch import Tensor

ALPHA = 32.0  # sharpness
DELTA = 0.1  # margin of the cosine


def criterion(cosines: Tensor, labels: Tensor) -> Tensor:
    """Cosines [B, C] to a proxy of each class, class indices [B]: proxies pull and push rows."""
    own = cosines.gather(1, labels[:, None])
    others = cosines.scatter(1, labels[:, None], -torch.inf)
    pull = torch.exp(-ALPHA * (own - DELTA)).squeeze(1)
    pull = torch.zeros_like(cosines[0]).index_add(0, labels, pull).log1p()  # [C]
    push = torch.exp(ALPHA * (others + DELTA)).sum(dim=0).log1p()
    return pull.sum() / len(labels.unique()) + push.mean()  # other classes are not pulled: 0
