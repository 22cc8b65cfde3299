"""Other numbers of no and yes (1 and 2, say) to 0 and 1."""

import torch
from torch import Tensor

CLASS_VALUES = [1, 2]  # no and yes  #: set class_values
#: if incomplete
MISSING = -1  # stands for "no label"  #: set missing
#: end


def store(labels: Tensor) -> Tensor:
    """Toy data in the stored format: the two numbers [...] int64."""
    #: if incomplete
    return torch.tensor([*CLASS_VALUES, MISSING])[labels.nan_to_num(nan=2.0).long()]
    #: else
    return torch.tensor(CLASS_VALUES)[labels.long()]
    #: end


def convert(class_value: Tensor) -> Tensor:
    """The two numbers [...] of any dtype -> labels 0 and 1 [...] float32."""
    no, yes = (class_value == value for value in CLASS_VALUES)
    #: if incomplete
    unlabelled = (class_value == MISSING) | class_value.isnan()
    assert (no | yes | unlabelled).all(), "a number is not in CLASS_VALUES"
    return yes.float().masked_fill(unlabelled, float("nan"))
    #: else
    assert (no | yes).all(), "a number is not in CLASS_VALUES"
    return yes.float()
    #: end
