"""A small encoder and decoder for images, whose latents keep their places."""

from torch import nn


def encoder(channels: int) -> nn.Module:
    """Images [B, 1, H, W] float32 -> latents [B, channels, H / 2, W / 2]; replace it."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, channels, 1),
    )


def decoder(channels: int) -> nn.Module:
    """Latents [B, channels, H / 2, W / 2] float32 -> images [B, 1, H, W]."""
    return nn.Sequential(
        nn.Conv2d(channels, 32, 3, padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1),
    )
