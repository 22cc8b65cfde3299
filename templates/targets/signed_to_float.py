"""Labels -1 and +1 to 0 and 1."""

from torch import Tensor


def store(labels: Tensor) -> Tensor:
    """Toy data in the stored format: -1 and +1 [...] int64."""
    labels = labels.nan_to_num(nan=0.5)  # will be 0: no label  #: if incomplete
    return (2 * labels - 1).long()


def convert(signed: Tensor) -> Tensor:
    """-1 and +1 [...] of any dtype -> 0 and 1 [...] float32."""
    labels = (signed.float() + 1) / 2
    labels = labels.masked_fill(signed == 0, float("nan"))  # no label  #: if incomplete
    allowed = signed.abs() == 1
    allowed |= signed == 0  #: if incomplete
    assert allowed.all(), "labels are -1 (no) and +1 (yes)"
    return labels
