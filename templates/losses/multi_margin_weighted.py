"""Multi-class hinge loss (Weston & Watkins 1998) with a weight for each class."""

import torch.nn.functional as F
from torch import Tensor

MARGIN = 1.0
#: if class_weights
CLASS_WEIGHTS = [0.37, 3.7, 33.3]  # of each class  #: set class_weights
#: else
CLASS_COUNTS = [900, 90, 10]  # training samples of each class  #: set class_counts
CLASS_WEIGHTS = [sum(CLASS_COUNTS) / (len(CLASS_COUNTS) * count) for count in CLASS_COUNTS]
#: end


def criterion(scores: Tensor, targets: Tensor) -> Tensor:
    """The mean of w[y] * sum over wrong classes of max(0, MARGIN - s[y] + s[c]) / C."""
    weight = scores.new_tensor(CLASS_WEIGHTS)
    return F.multi_margin_loss(scores, targets, p=1, margin=MARGIN, weight=weight)
