"""A small fully convolutional network, and toy images of some points."""

import torch
from torch import Tensor, nn

SIDE, CELLS = 32, 16  # height and width of your images, and of the network's output


def network(outputs: int) -> nn.Module:
    """Images [B, 3, SIDE, SIDE] float32 -> [B, outputs, CELLS, CELLS]; take your own."""
    near = nn.Conv2d(3, 16, 6, stride=2, padding=2), nn.ReLU()
    wide = nn.Conv2d(16, 16, 5, padding=2), nn.ReLU()
    return nn.Sequential(*near, *wide, nn.Conv2d(16, outputs, 5, padding=2))


def toy_points(batch_size: int, num_points: int) -> tuple[Tensor, Tensor]:
    """Images with a spot of another colour at each point [B, K, 2] in 0..1; NaN: one is hidden."""
    points = 0.15 + 0.7 * torch.rand(batch_size, num_points, 2)
    place = (torch.arange(SIDE) + 0.5) / SIDE
    x, y = ((place - points[..., i, None]).square() for i in (0, 1))
    spots = (-(x[..., None, :] + y[..., None]) / 0.005).exp()
    colors = torch.randn(num_points, 3, generator=torch.Generator().manual_seed(0))
    spots[::4, 0], points[::4, 0] = 0.0, torch.nan
    return torch.einsum("kc,bkyx->bcyx", colors, spots), points
