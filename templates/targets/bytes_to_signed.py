"""Images of bytes to -1..1."""

import torch
from torch import Tensor


def store(images: Tensor) -> Tensor:
    """Toy data in the stored format: uint8, 0 to 255."""
    return ((images + 1) * 127.5).round().to(torch.uint8)


def convert(images: Tensor) -> Tensor:
    """Images uint8, 0 to 255 -> float32 in -1..1, as a tanh gives them."""
    assert images.dtype == torch.uint8, f"{images.dtype}: scaled already?"
    return images.to(torch.float32) / 127.5 - 1
