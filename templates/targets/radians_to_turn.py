"""Radians of any turn to 0 .. 2 pi."""

import math

import torch
from torch import Tensor


def store(radians: Tensor) -> Tensor:
    """Toy data in the stored format: radians in -pi .. pi."""
    return (radians + math.pi).remainder(2 * math.pi) - math.pi


def convert(radians: Tensor) -> Tensor:
    """Radians of any dtype and turn -> float32 in 0 .. 2 pi."""
    return radians.to(torch.float32).remainder(2 * math.pi)
