"""Other class numbers (not from 0, or with gaps) of no and yes to class indices."""

import torch
from torch import Tensor

CLASS_VALUES = [1, 2]  # no and yes  #: set class_values
#: if incomplete
MISSING = -1  # stands for "no label"  #: set missing
#: end


def store(class_index: Tensor) -> Tensor:
    """Toy data in the stored format: class numbers [...] int64."""
    #: if incomplete
    values = torch.tensor([*CLASS_VALUES, MISSING])
    return values[class_index.where(class_index >= 0, len(CLASS_VALUES))]
    #: else
    return torch.tensor(CLASS_VALUES)[class_index]
    #: end


def convert(class_value: Tensor) -> Tensor:
    """Class numbers [...] of any dtype -> class indices 0 and 1 [...] int64."""
    values = torch.tensor(CLASS_VALUES, device=class_value.device)
    index = torch.searchsorted(values, class_value.contiguous()).clamp(max=len(values) - 1)
    #: if incomplete
    unlabelled = (class_value == MISSING) | class_value.isnan()
    assert ((values[index] == class_value) | unlabelled).all(), "a number is not in CLASS_VALUES"
    return index.masked_fill(unlabelled, -100)
    #: else
    assert (values[index] == class_value).all(), "a number is not in CLASS_VALUES"
    return index
    #: end
