"""A small encoder and decoder for images."""

from models.waves import SIDE
from torch import nn


def encoder(outputs: int) -> nn.Module:
    """Images [B, 1, SIDE, SIDE] float32 -> [B, outputs]; replace it with your network."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(4 * SIDE * SIDE, outputs),
    )


def decoder(latents: int) -> nn.Module:
    """Latents [B, latents] float32 -> [B, 1, SIDE, SIDE], with no activation at the end."""
    return nn.Sequential(
        nn.Linear(latents, 4 * SIDE * SIDE),
        nn.ReLU(),
        nn.Unflatten(1, (16, SIDE // 2, SIDE // 2)),
        nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1),
    )
