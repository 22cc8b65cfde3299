"""The pixels themselves are what is trained: no network, one image for each picture."""

import torch
from models.toy_images import SIDE, toy_images
from torch import Tensor, nn

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
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return toy_images(BATCH_SIZE)
