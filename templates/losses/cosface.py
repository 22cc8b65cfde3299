"""CosFace, an additive margin of the cosine (Wang et al. 2018, arXiv 1801.09414)."""

import torch
import torch.nn.functional as F
from torch import Tensor

MARGIN = 0.35  # of the cosine
SCALE = 64.0  # cosines lie in -1 .. 1: too narrow for a softmax


def criterion(cosines: Tensor, labels: Tensor) -> Tensor:
    """Cosines [B, C] to a direction of each class, class indices [B] -> scalar."""
    margins = torch.full_like(cosines[:, :1], -MARGIN)
    return F.cross_entropy(SCALE * cosines.scatter_add(1, labels[:, None], margins), labels)
