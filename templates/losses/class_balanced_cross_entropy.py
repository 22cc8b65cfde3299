"""Cross-entropy weighted by the effective number of samples (Cui et al. 2019, arXiv 1901.05555)."""

import torch.nn.functional as F
from torch import Tensor

CLASS_COUNTS = [900, 90, 10]  # training samples of each class  #: set class_counts
BETA = 0.999  # after about 1 / (1 - BETA) samples of a class, more of them add little
CLASS_WEIGHTS = [(1 - BETA) / (1 - BETA**count) for count in CLASS_COUNTS]


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy with weights 1 / effective number, which is (1 - BETA**n) / (1 - BETA).

    Not with a balanced sampler: twice is too much. Probabilities: softmax(logits - log(w)).
    """
    return F.cross_entropy(logits, targets, weight=logits.new_tensor(CLASS_WEIGHTS))
