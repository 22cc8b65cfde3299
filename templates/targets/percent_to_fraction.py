"""Whole percents to shares."""

import torch
from torch import Tensor

#: if incomplete
MISSING = -999  # what stands for "not known": whole numbers have no NaN  #: set missing
#: end


def store(fraction: Tensor) -> Tensor:
    """Toy data in the stored format: percents int64, 0 to 100."""
    percent = fraction * 100
    #: if incomplete
    percent = percent.masked_fill(percent.isnan(), MISSING)
    #: end
    return percent.round().long()


def convert(percent: Tensor) -> Tensor:
    """Percents of any integer dtype, 0 to 100 -> shares float32 in 0..1."""
    fraction = percent.to(torch.float32) / 100
    #: if incomplete
    fraction = fraction.masked_fill(percent == MISSING, torch.nan)
    #: end
    assert not ((fraction < 0) | (fraction > 1)).any(), "percents are 0 to 100"
    return fraction
