"""A small fully convolutional network: features for each cell of the image."""

import torch
from torch import Tensor, nn

SIDE = 32  # height and width of your images, in pixels
STRIDE = 4  # height and width of a cell, in pixels
MOST = 3  # objects in an image
PADDING = -100  # the label of a row that holds no object


def network(features: int) -> nn.Module:
    """Images [B, 3, SIDE, SIDE] float32 -> [B, features, rows, columns of cells]; take your own."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, features, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(features, features, 3, padding=1),
        nn.ReLU(),
    )


def toy_objects(batch_size: int, num_classes: int) -> tuple[Tensor, Tensor]:
    """None to MOST objects per image: labels [B, M] and boxes x1, y1, x2, y2 [B, M, 4] in 0..1."""
    labels = torch.randint(num_classes, (batch_size, MOST))
    quarter = torch.tensor([[0.0, 0.0], [0.5, 0.0], [0.0, 0.5]])  # where each lies
    size = 0.25 + 0.2 * torch.rand(batch_size, MOST, 2)
    start = quarter + (0.5 - size) * torch.rand(batch_size, MOST, 2)
    none = torch.arange(MOST) >= (torch.arange(batch_size) % (MOST + 1))[:, None]
    boxes = torch.cat([start, start + size], dim=-1)
    return labels.masked_fill(none, PADDING), boxes.masked_fill(none[..., None], 0.0)


def toy_masks(boxes: Tensor) -> Tensor:
    """Boxes [B, M, 4] in 0..1 -> the ellipses in them [B, M, SIDE, SIDE] float32 of 0 and 1."""
    place = (torch.arange(SIDE) + 0.5) / SIDE
    center, half = (boxes[..., :2] + boxes[..., 2:]) / 2, (boxes[..., 2:] - boxes[..., :2]) / 2
    x, y = ((place - center[..., i, None]) / half[..., i, None].clamp(min=1e-6) for i in (0, 1))
    return (x[..., None, :] ** 2 + y[..., :, None] ** 2 <= 1).float()


def toy_inputs(labels: Tensor, boxes: Tensor, num_classes: int) -> Tensor:
    """Images [B, 3, SIDE, SIDE] float32 on which objects are ellipses in their class's colour."""
    colors = torch.randn(num_classes, 3, generator=torch.Generator().manual_seed(0))
    shown = colors[labels.clamp(min=0)] * (labels != PADDING)[..., None]
    return torch.einsum("bmc,bmyx->bcyx", shown, toy_masks(boxes))
