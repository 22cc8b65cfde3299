"""Class numbers that were read as floats to class indices."""

from torch import Tensor


def store(class_index: Tensor) -> Tensor:
    """Toy data in the stored format: numbers [...] float64, as from a CSV file."""
    #: if incomplete
    return class_index.double().masked_fill(class_index == -100, float("nan"))
    #: else
    return class_index.double()
    #: end


def convert(numbers: Tensor) -> Tensor:
    """Whole numbers [...] float -> class indices [...] int64."""
    numbers = numbers.nan_to_num(nan=-100)  # no label  #: if incomplete
    assert numbers.equal(numbers.round()), "class numbers must be whole"
    return numbers.long()
