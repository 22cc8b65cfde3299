"""Binary cross-entropy with label smoothing."""

import torch.nn.functional as F
from torch import Tensor

LABEL_SMOOTHING = 0.1  # yes becomes 1 - e / 2, no becomes e / 2


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """BCE against t * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / 2."""
    smoothed = targets * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / 2
    return F.binary_cross_entropy_with_logits(logits, smoothed)
