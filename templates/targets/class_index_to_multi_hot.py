"""Class indices, one per sample, to multi-hot rows with a single 1."""

import torch.nn.functional as F
from torch import Tensor

NUM_LABELS = 3  #: set num_classes


def store(labels: Tensor) -> Tensor:
    """Toy data in the stored format: the first label that is on, [B] int64."""
    #: if incomplete
    first = labels.nan_to_num(nan=0.0).argmax(dim=1)
    return first.masked_fill(labels.isnan().all(dim=1), -100)
    #: else
    return labels.argmax(dim=1)
    #: end


def convert(class_index: Tensor) -> Tensor:
    """Class indices [B] -> multi-hot rows [B, L] float32: every other label counts as off."""
    #: if incomplete
    labels = F.one_hot(class_index.masked_fill(class_index == -100, 0), NUM_LABELS).float()
    return labels.masked_fill((class_index == -100)[:, None], float("nan"))  # nothing is known
    #: else
    return F.one_hot(class_index, NUM_LABELS).float()
    #: end
