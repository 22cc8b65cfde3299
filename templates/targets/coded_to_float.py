"""Numbers with a code for missing ones to floats."""

import torch
from torch import Tensor

MISSING = -999  # what stands for "not known"  #: set missing


def store(value: Tensor) -> Tensor:
    """Toy data in the stored format: numbers float64, the code where one is missing."""
    return value.double().nan_to_num(nan=MISSING)


def convert(coded: Tensor) -> Tensor:
    """Numbers of any dtype -> float32, NaN where the code stands."""
    #: if incomplete
    return coded.to(torch.float32).masked_fill(coded == MISSING, torch.nan)
    #: else
    assert (coded != MISSING).all(), "some are missing: --label-quality incomplete leaves them out"
    return coded.to(torch.float32)
    #: end
