"""A small fully convolutional network, and toy images with some objects."""

import torch
from torch import Tensor, nn

SIDE = 32  # height and width of your images, in pixels
STRIDE = 4  # height and width of a cell, in pixels


def network(outputs: int) -> nn.Module:
    """Images [B, 3, SIDE, SIDE] float32 -> [B, outputs, rows, columns of cells]; take your own."""
    near = nn.Conv2d(3, 32, 2 * STRIDE, stride=STRIDE, padding=STRIDE // 2), nn.ReLU()
    wide = nn.Conv2d(32, 32, 3, padding=1), nn.ReLU()
    return nn.Sequential(*near, *wide, nn.Conv2d(32, outputs, 3, padding=1))


def toy_objects(batch_size: int, num_classes: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Images, and labels [B, M], boxes [B, M, 4], masks [B, M, SIDE, SIDE] of 0 to 3 objects."""
    none = torch.arange(3) >= torch.arange(batch_size)[:, None] % 4
    labels = torch.randint(num_classes, (batch_size, 3))
    middle = torch.tensor([[0.2, 0.2], [0.7, 0.2], [0.2, 0.7]]) + 0.1 * torch.rand(batch_size, 3, 2)
    half = 0.08 + 0.12 * torch.rand(batch_size, 3, 2)
    boxes = torch.cat([middle - half, middle + half], dim=-1).masked_fill(none[..., None], 0.0)
    place = ((torch.arange(SIDE) + 0.5) / SIDE)[:, None]
    x, y = ((place - middle[..., None, :]) / half[..., None, :]).square().unbind(dim=-1)
    masks = (x[..., None, :] + y[..., None] <= 1).float() * ~none[..., None, None]
    colors = torch.randn(num_classes, 3, generator=torch.Generator().manual_seed(0))
    images = torch.einsum("bmc,bmyx->bcyx", colors[labels], masks)
    return images, labels.masked_fill(none, -100), boxes, masks
