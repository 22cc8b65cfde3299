"""Hinge loss, as in a linear SVM (Cortes & Vapnik 1995), with a weight for each class."""

import torch
from torch import Tensor

MARGIN = 1.0
#: if class_weights
CLASS_WEIGHTS = [0.56, 5.0]  # of a negative and of a positive  #: set class_weights
#: else
CLASS_COUNTS = [900, 100]  # negatives and positives in the training set  #: set class_counts
CLASS_WEIGHTS = [sum(CLASS_COUNTS) / (2 * count) for count in CLASS_COUNTS]
#: end


def criterion(scores: Tensor, targets: Tensor) -> Tensor:
    """The mean of w_yes * max(0, MARGIN - s) for yes and of w_no * max(0, MARGIN + s) for no."""
    yes = CLASS_WEIGHTS[1] * (MARGIN - scores).relu()
    no = CLASS_WEIGHTS[0] * (MARGIN + scores).relu()
    return torch.lerp(no, yes, targets).mean()
