"""One-hot rows (no, yes) to 0 and 1."""

import torch
from torch import Tensor


def store(labels: Tensor) -> Tensor:
    """Toy data in the stored format: one-hot rows [B, 2] int64, (1, 0) for no."""
    rows = torch.stack([1 - labels, labels], dim=1)
    rows = rows.nan_to_num(nan=0.0)  #: if incomplete
    return rows.long()


def convert(one_hot: Tensor) -> Tensor:
    """One-hot rows [B, 2] of any dtype -> labels 0 and 1 [B] float32."""
    assert one_hot.shape[1] == 2, f"two columns, no and yes, were expected: {list(one_hot.shape)}"
    ones = (one_hot != 0).sum(dim=1)
    labels = one_hot[:, 1].float()
    #: if incomplete
    labels = labels.masked_fill(ones == 0, float("nan"))  # no label
    ones = ones.clamp(min=1)
    #: end
    assert ones.eq(1).all(), "each row needs exactly one 1"
    return labels
