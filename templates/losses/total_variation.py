"""Total variation: how much neighbouring pixels differ."""

from torch import Tensor


def total_variation(image: Tensor) -> Tensor:
    """Images [B, C, H, W] float32 -> scalar, 0 for a constant image."""
    return image.diff(dim=-1).abs().mean() + image.diff(dim=-2).abs().mean()
