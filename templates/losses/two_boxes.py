"""How two boxes lie to each other."""

import torch
from torch import Tensor

EPSILON = 1e-7  # keeps boxes without an area from dividing by zero


def overlap(prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Boxes [B, 4] as x1, y1, x2, y2 -> IoU [B], union [B], width and height around both [B, 2]."""
    start, end = prediction.chunk(2, dim=-1)
    target_start, target_end = target.chunk(2, dim=-1)
    inner = torch.minimum(end, target_end) - torch.maximum(start, target_start)
    intersection = inner.clamp(min=0).prod(dim=-1)
    areas = (end - start).prod(dim=-1) + (target_end - target_start).prod(dim=-1)
    union = areas - intersection
    around = torch.maximum(end, target_end) - torch.minimum(start, target_start)
    return intersection / (union + EPSILON), union, around
