"""A small generator and discriminator for points in a plane."""

import torch
from torch import Tensor, nn

NOISE = 2  # numbers that the generator starts from


def perceptron(inputs: int, outputs: int) -> nn.Sequential:
    """Three layers, [B, inputs] float32 -> [B, outputs]; replace it with your networks."""
    hidden = [nn.Linear(inputs, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2)]
    return nn.Sequential(*hidden, nn.Linear(64, outputs))


def generator() -> nn.Module:
    """Noise [B, NOISE] float32 -> points [B, 2]."""
    return perceptron(NOISE, 2)


def discriminator() -> nn.Module:
    """Points [B, 2] float32 -> raw scores [B]: no sigmoid, and no BatchNorm."""
    return nn.Sequential(*perceptron(2, 1), nn.Flatten(0))


def toy_data(count: int) -> Tensor:
    """Points [count, 2] float32 from eight small clouds on a ring."""
    angle = torch.randint(8, (count,)) * torch.pi / 4
    ring = torch.stack([angle.cos(), angle.sin()], dim=1)
    return ring + 0.05 * torch.randn(count, 2)
