"""Labels that say 1 for different to labels that say 1 for the same."""

from torch import Tensor


def store(same: Tensor) -> Tensor:
    """Toy data in the stored format: 1 for different, 0 for the same [...] int64."""
    return (1 - same).long()


def convert(different: Tensor) -> Tensor:
    """1 for different, 0 for the same [...] of any dtype -> 1 for the same [...] float32."""
    assert ((different == 0) | (different == 1)).all(), "labels are 1 (different) and 0 (same)"
    return 1 - different.float()
