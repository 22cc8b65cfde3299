"""Label-distribution-aware margin loss (Cao et al. 2019, arXiv 1906.07413)."""

import torch.nn.functional as F
from torch import Tensor

CLASS_COUNTS = [900, 90, 10]  # training samples of each class  #: set class_counts
MAX_MARGIN = 0.5  # of the rarest class
SCALE = 30.0  # cosines lie in -1 .. 1: too narrow for a softmax
MARGINS = [MAX_MARGIN * (min(CLASS_COUNTS) / count) ** 0.25 for count in CLASS_COUNTS]


def criterion(cosines: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of SCALE * cosines, that of the true class less its margin ~ count ** -1/4."""
    margins = cosines.new_tensor(MARGINS)[targets]  # [B]
    logits = SCALE * cosines
    logits.scatter_add_(1, targets[:, None], -SCALE * margins[:, None])
    return F.cross_entropy(logits, targets)
