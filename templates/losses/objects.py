"""The objects of a batch of images."""

import torch
from torch import Tensor

PADDING = -100  # the label of a row that holds no object


def check(labels: Tensor, boxes: Tensor, num_classes: int) -> None:
    """Labels [B, M] int64, boxes x1, y1, x2, y2 [B, M, 4] in 0..1: nothing else is let through."""
    real = boxes[labels != PADDING]
    assert labels.dtype == torch.int64 and (labels < num_classes).all(), "int64 in 0 .. C-1"
    assert (real[:, 2:] > real[:, :2]).all(), "not x1, y1, x2, y2, or a box without an area"
    assert not ((real < 0) | (real > 1)).any(), "a box leaves 0..1: pixels?"
