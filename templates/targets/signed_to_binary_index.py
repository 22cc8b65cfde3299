"""Labels -1 and +1 to the indices 0 and 1."""

from torch import Tensor


def store(class_index: Tensor) -> Tensor:
    """Toy data in the stored format: -1 and +1 [B] int64."""
    #: if incomplete
    return (2 * class_index - 1).masked_fill(class_index == -100, 0)
    #: else
    return 2 * class_index - 1
    #: end


def convert(signed: Tensor) -> Tensor:
    """-1 and +1 [B] of any dtype -> class indices 0 and 1 [B] int64."""
    allowed = signed.abs() == 1
    allowed |= signed == 0  #: if incomplete
    assert allowed.all(), "labels are -1 (no) and +1 (yes)"
    #: if incomplete
    return (signed > 0).long().masked_fill(signed == 0, -100)
    #: else
    return (signed > 0).long()
    #: end
