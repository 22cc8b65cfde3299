"""Contrastive loss over all pairs of a batch (Hadsell et al. 2006)."""

import torch
import torch.nn.functional as F
from torch import Tensor

MARGIN = 1.0  # of the distance; that of two unit vectors lies in 0 .. 2


def criterion(embeddings: Tensor, labels: Tensor) -> Tensor:
    """Unit rows [B, D], class indices [B]: pulls equal labels together, others MARGIN apart."""
    distances = F.pdist(embeddings)  # each pair once, none with itself
    first, second = torch.triu_indices(len(labels), len(labels), offset=1, device=labels.device)
    same = labels[first] == labels[second]
    near = distances[same].square().mean()
    far = (MARGIN - distances[~same]).clamp(min=0).square().mean()
    return near + far
