"""Pixels 0 .. 255 as float32 in 0..1."""

import torch
from torch import Tensor


def store(images: Tensor) -> Tensor:
    """Toy data stored as pixels are, uint8 in 0 .. 255."""
    return (images * 255).round().to(torch.uint8)


def convert(images: Tensor) -> Tensor:
    """Pixels uint8 in 0 .. 255 -> float32 in 0..1."""
    assert images.dtype == torch.uint8, f"uint8 was expected, {images.dtype} came"
    return images.float() / 255
