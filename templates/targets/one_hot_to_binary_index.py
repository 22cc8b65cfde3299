"""One-hot rows (no, yes) to the indices 0 and 1."""

import torch.nn.functional as F
from torch import Tensor


def store(class_index: Tensor) -> Tensor:
    """Toy data in the stored format: one-hot rows [B, 2] int64, (1, 0) for no."""
    #: if incomplete
    return F.one_hot(class_index.clamp(min=0), 2) * (class_index >= 0)[:, None]
    #: else
    return F.one_hot(class_index, 2)
    #: end


def convert(one_hot: Tensor) -> Tensor:
    """One-hot rows [B, 2] of any dtype -> class indices 0 and 1 [B] int64."""
    assert one_hot.shape[1] == 2, f"two columns, no and yes, were expected: {list(one_hot.shape)}"
    ones = (one_hot != 0).sum(dim=1)
    class_index = one_hot[:, 1].long()
    #: if incomplete
    class_index = class_index.masked_fill(ones == 0, -100)  # no label
    ones = ones.clamp(min=1)
    #: end
    assert ones.eq(1).all(), "each row needs exactly one 1"
    return class_index
