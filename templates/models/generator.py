"""A small generator of images from images, and a discriminator that judges patches."""

from torch import nn


def network() -> nn.Module:
    """Images [B, 3, H, W] float32 -> images of that size in -1..1; replace it with your model."""
    return nn.Sequential(nn.Conv2d(3, 32, 5, 1, 2), nn.ReLU(), nn.Conv2d(32, 3, 5, 1, 2), nn.Tanh())


def patch_discriminator(channels: int) -> nn.Module:
    """Images [B, channels, H, W] -> raw scores [B, 1, H / 4, W / 4], no sigmoid."""
    return nn.Sequential(nn.Conv2d(channels, 32, 4, 4), nn.LeakyReLU(0.2), nn.Conv2d(32, 1, 1))
