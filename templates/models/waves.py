"""Toy images for generative models."""

import torch
from torch import Tensor

SIDE = 8  # height and width of your images, an even number


def toy_images(signal: Tensor) -> Tensor:
    """Smooth images [B, 1, SIDE, SIDE] float32, waves whose strengths are `signal` [B, 4]."""
    place = (torch.arange(SIDE) + 0.5) * torch.pi / SIDE
    waves = torch.stack([place.cos(), (2 * place).cos()])
    across, down = signal[:, :2] @ waves, signal[:, 2:] @ waves
    return (across[:, None, :] + down[:, :, None])[:, None]
