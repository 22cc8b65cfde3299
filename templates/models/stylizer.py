"""A small network that gives any picture the style that it was trained for."""

from models.toy_images import toy_images
from torch import Tensor, nn

BATCH_SIZE = 4


def network() -> nn.Module:
    """Pictures [B, 3, H, W] float32 -> such pictures in 0..1; replace it with your model."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 5, padding=2), nn.ReLU(), nn.Conv2d(32, 3, 5, padding=2), nn.Sigmoid()
    )


def toy_inputs() -> Tensor:
    """Pictures [B, 3, SIDE, SIDE] float32 in 0..1."""
    return toy_images(BATCH_SIZE)
