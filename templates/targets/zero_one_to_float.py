"""Labels 0 and 1 to floats."""

from torch import Tensor


def store(labels: Tensor) -> Tensor:
    """Toy data in the stored format: 0 and 1 [...] int64."""
    labels = labels.nan_to_num(nan=-100)  #: if incomplete
    return labels.long()


def convert(zero_one: Tensor) -> Tensor:
    """0 and 1 [...] of any dtype -> the same as float32."""
    labels = zero_one.float()
    labels = labels.masked_fill(zero_one == -100, float("nan"))  # no label  #: if incomplete
    allowed = (labels == 0) | (labels == 1)
    allowed |= labels.isnan()  #: if incomplete
    assert allowed.all(), "labels are 0 (no) and 1 (yes)"
    return labels
