"""Degrees to radians."""

import math

import torch
from torch import Tensor


def store(radians: Tensor) -> Tensor:
    """Toy data in the stored format: degrees float32."""
    return radians.rad2deg()


def convert(degrees: Tensor) -> Tensor:
    """Degrees of any dtype and turn -> radians float32 in 0 .. 2 pi."""
    return degrees.to(torch.float32).deg2rad().remainder(2 * math.pi)
