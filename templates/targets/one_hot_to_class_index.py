"""One-hot rows to class indices."""

import torch.nn.functional as F
from torch import Tensor

NUM_CLASSES = 3  #: set num_classes


def store(class_index: Tensor) -> Tensor:
    """Toy data in the stored format: one-hot rows [..., C] int64."""
    #: if incomplete
    return F.one_hot(class_index.clamp(min=0), NUM_CLASSES) * (class_index >= 0)[..., None]
    #: else
    return F.one_hot(class_index, NUM_CLASSES)
    #: end


def convert(one_hot: Tensor) -> Tensor:
    """One-hot rows [..., C] of any dtype -> class indices [...] int64."""
    ones = (one_hot != 0).sum(dim=-1)
    #: if incomplete
    assert ones.le(1).all(), "each row needs exactly one 1, or none where there is no label"
    return one_hot.long().argmax(dim=-1).masked_fill(ones == 0, -100)
    #: else
    assert ones.eq(1).all(), "each row needs exactly one 1"
    return one_hot.long().argmax(dim=-1)
    #: end
