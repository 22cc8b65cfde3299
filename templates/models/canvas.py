"""The pixels themselves are what is trained: no network, one image for each picture."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SIDE = 16  # height and width of your pictures
BATCH_SIZE = 2  # pictures at once
LEARNING_RATE = 0.02  # of pixels in 0..1


class Canvas(nn.Module):
    """Pictures [B, 3, SIDE, SIDE] -> the same plus a change that is learned, zero at the start."""

    def __init__(self) -> None:
        super().__init__()
        self.change = nn.Parameter(torch.zeros(BATCH_SIZE, 3, SIDE, SIDE))

    def forward(self, content: Tensor) -> Tensor:
        return content + self.change


def network() -> nn.Module:
    """The canvas."""
    return Canvas()


def toy_inputs() -> Tensor:
    """Pictures [B, 3, SIDE, SIDE] float32 in 0..1, each time the same."""
    coarse = torch.rand(BATCH_SIZE, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    return F.interpolate(coarse, SIDE, mode="bilinear")
