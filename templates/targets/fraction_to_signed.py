"""Images in 0..1 to -1..1."""

from torch import Tensor


def store(images: Tensor) -> Tensor:
    """Toy data in the stored format: float32 in 0..1."""
    return (images + 1) / 2


def convert(images: Tensor) -> Tensor:
    """Images in 0..1 -> float32 in -1..1, as a tanh gives them."""
    assert not ((images < 0) | (images > 1)).any(), "outside 0..1: bytes, or -1..1 already?"
    return images.float() * 2 - 1
