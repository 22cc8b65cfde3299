"""Binary cross-entropy with label smoothing."""

import torch
import torch.nn.functional as F
from torch import Tensor

LABEL_SMOOTHING = 0.1  # yes becomes 1 - e / 2, no becomes e / 2


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """BCE against t * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / 2."""
    smoothed = torch.lerp(targets, targets.new_tensor(0.5), LABEL_SMOOTHING)
    return F.binary_cross_entropy_with_logits(logits, smoothed)
