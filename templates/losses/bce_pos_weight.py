"""Binary cross-entropy in which a positive counts for several negatives."""

import torch.nn.functional as F
from torch import Tensor

#: if class_weights
CLASS_WEIGHTS = [1.0, 9.0]  # of a negative and of a positive  #: set class_weights
POS_WEIGHT = CLASS_WEIGHTS[1] / CLASS_WEIGHTS[0]
#: else
CLASS_COUNTS = [900, 100]  # negatives and positives in the training set  #: set class_counts
CAP = 100.0  # a rule of thumb: above, single positives decide the step
POS_WEIGHT = min(CLASS_COUNTS[0] / CLASS_COUNTS[1], CAP)
#: end


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean of -(POS_WEIGHT * t * log p + (1 - t) * log(1 - p)).

    Not with a balanced sampler: twice is too much. Probabilities: sigmoid(z - log(POS_WEIGHT)).
    """
    pos_weight = logits.new_tensor(POS_WEIGHT)
    return F.binary_cross_entropy_with_logits(logits, targets, pos_weight=pos_weight)
