"""Boxes as centre and size to corners."""

import torch
from torch import Tensor


def store(xyxy: Tensor) -> Tensor:
    """Toy data in the stored format: x, y of the centre, width, height [B, 4]."""
    return torch.cat([(xyxy[..., :2] + xyxy[..., 2:]) / 2, xyxy[..., 2:] - xyxy[..., :2]], dim=-1)


def convert(cxcywh: Tensor) -> Tensor:
    """Boxes with centre x, y, width, height [B, 4] -> x1, y1, x2, y2 [B, 4]."""
    center, size = cxcywh[..., :2], cxcywh[..., 2:]
    return torch.cat([center - size / 2, center + size / 2], dim=-1)
