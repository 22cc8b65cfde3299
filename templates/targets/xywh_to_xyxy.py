"""Boxes as corner and size to corners."""

import torch
from torch import Tensor


def store(xyxy: Tensor) -> Tensor:
    """Toy data in the stored format: x, y of the upper left corner, width, height [B, 4]."""
    return torch.cat([xyxy[..., :2], xyxy[..., 2:] - xyxy[..., :2]], dim=-1)


def convert(xywh: Tensor) -> Tensor:
    """Boxes x, y, width, height [B, 4] -> x1, y1, x2, y2 [B, 4]."""
    return torch.cat([xywh[..., :2], xywh[..., :2] + xywh[..., 2:]], dim=-1)
