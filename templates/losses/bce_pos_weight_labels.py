"""Binary cross-entropy in which a positive of a rare label counts for several negatives."""

import torch.nn.functional as F
from torch import Tensor

#: if class_weights
POS_WEIGHT = [2.3, 9.0, 49.0]  # of a positive of each label  #: set class_weights
#: else
CLASS_COUNTS = [300, 100, 20]  # training samples that carry each label  #: set class_counts
NUM_SAMPLES = 1000  # training samples in all  #: set num_samples
CAP = 100.0  # a rule of thumb: above, single positives decide the step
POS_WEIGHT = [min((NUM_SAMPLES - count) / count, CAP) for count in CLASS_COUNTS]
#: end


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean of -(POS_WEIGHT[l] * t * log p + (1 - t) * log(1 - p)) over all known labels.

    Not with a balanced sampler: twice is too much. Probabilities: sigmoid(z - log(POS_WEIGHT)).
    """
    assert min(POS_WEIGHT) > 0, "NUM_SAMPLES must be above each of CLASS_COUNTS"
    pos_weight = logits.new_tensor(POS_WEIGHT).expand_as(logits)
    #: if incomplete
    known = ~targets.isnan()
    logits, targets, pos_weight = logits[known], targets[known], pos_weight[known]
    #: end
    return F.binary_cross_entropy_with_logits(logits, targets, pos_weight=pos_weight)
