"""Whole numbers to floats."""

import torch
from torch import Tensor

#: if incomplete
MISSING = -999  # what stands for "not known": whole numbers have no NaN  #: set missing
#: end


def store(value: Tensor) -> Tensor:
    """Toy data in the stored format: whole numbers int64."""
    #: if incomplete
    value = value.masked_fill(value.isnan(), MISSING)
    #: end
    return value.round().long()


def convert(integer: Tensor) -> Tensor:
    """Whole numbers of any integer dtype -> float32."""
    #: if incomplete
    return integer.to(torch.float32).masked_fill(integer == MISSING, torch.nan)
    #: else
    return integer.to(torch.float32)
    #: end
