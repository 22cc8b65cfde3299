"""Images in -1..1 to 0..1."""

from torch import Tensor


def store(images: Tensor) -> Tensor:
    """Toy data in the stored format: float32 in -1..1."""
    return images * 2 - 1


def convert(images: Tensor) -> Tensor:
    """Images in -1..1, as a tanh gives them -> float32 in 0..1."""
    assert (images < 0).any(), "nothing below 0: images in 0..1 already?"
    return (images.float() + 1) / 2
