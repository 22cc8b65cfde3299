"""One-hot rows to class indices."""

import torch.nn.functional as F
from torch import Tensor

NUM_CLASSES = 3  #: set num_classes


def store(class_index: Tensor) -> Tensor:
    """Toy data in the stored format: one-hot rows [B, C] int64."""
    return F.one_hot(class_index, NUM_CLASSES)


def convert(one_hot: Tensor) -> Tensor:
    """One-hot rows [B, C] of any dtype -> class indices [B] int64."""
    assert (one_hot != 0).sum(dim=1).eq(1).all(), "each row needs exactly one 1"
    return one_hot.argmax(dim=1)
