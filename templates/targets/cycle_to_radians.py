"""Numbers on a cycle (hours, months, headings) to radians."""

import math

import torch
from torch import Tensor

PERIOD = 360.0  # where they start again: 24 (hours), 7 (weekdays), 360 (degrees)  #: set period


def store(radians: Tensor) -> Tensor:
    """Toy data in the stored format: numbers in 0 .. PERIOD."""
    return radians / (2 * math.pi) * PERIOD


def convert(number: Tensor) -> Tensor:
    """Numbers on a cycle, of any dtype -> radians float32 in 0 .. 2 pi."""
    return (number.to(torch.float32) / PERIOD * 2 * math.pi).remainder(2 * math.pi)
