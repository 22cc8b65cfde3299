"""Labels that were read as floats of any precision."""

from torch import Tensor


def store(labels: Tensor) -> Tensor:
    """Toy data in the stored format: 0.0 and 1.0 [...] float64, as from a CSV file."""
    return labels.double()


def convert(numbers: Tensor) -> Tensor:
    """0.0 and 1.0 [...] of any precision -> the same as float32."""
    allowed = (numbers == 0) | (numbers == 1)
    allowed |= numbers.isnan()  # no label  #: if incomplete
    assert allowed.all(), "labels are 0.0 (no) and 1.0 (yes); for shares in between: probabilities"
    return numbers.float()
