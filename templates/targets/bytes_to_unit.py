"""Images of bytes to 0..1."""

import torch
from torch import Tensor


def store(images: Tensor) -> Tensor:
    """Toy data in the stored format: uint8, 0 to 255."""
    return (images * 255).round().to(torch.uint8)


def convert(images: Tensor) -> Tensor:
    """Images uint8, 0 to 255 -> float32 in 0..1."""
    assert images.dtype == torch.uint8, f"{images.dtype}: scaled already?"
    return images.to(torch.float32) / 255
