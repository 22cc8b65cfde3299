"""Whole numbers on a cycle (hours, weekdays, degrees) to radians."""

import math

import torch
from torch import Tensor

PERIOD = 360  # where they start again: 24 (hours), 7 (weekdays), 360 (degrees)  #: set period
#: if incomplete
MISSING = -999  # what stands for "not known": whole numbers have no NaN  #: set missing
#: end


def store(radians: Tensor) -> Tensor:
    """Toy data in the stored format: whole numbers int64, 0 to PERIOD - 1."""
    number = radians / (2 * math.pi) * PERIOD
    #: if incomplete
    number = number.masked_fill(number.isnan(), MISSING)
    #: end
    return number.floor().long()


def convert(number: Tensor) -> Tensor:
    """Whole numbers on a cycle, of any integer dtype -> radians float32 in 0 .. 2 pi."""
    turn = number.to(torch.float32) / PERIOD
    #: if incomplete
    turn = turn.masked_fill(number == MISSING, torch.nan)
    #: end
    return (turn * 2 * math.pi).remainder(2 * math.pi)
