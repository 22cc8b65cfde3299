"""How two boxes lie to each other."""

import torch
from torch import Tensor

EPSILON = 1e-7  # keeps boxes without an area from dividing by zero


def overlap(prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor, tuple[Tensor, Tensor]]:
    """Boxes [B, 4] as x1, y1, x2, y2 -> IoU [B], union [B], width and height [B] around both."""
    left, top, right, bottom = prediction.unbind(dim=-1)
    target_left, target_top, target_right, target_bottom = target.unbind(dim=-1)
    width = torch.minimum(right, target_right) - torch.maximum(left, target_left)
    height = torch.minimum(bottom, target_bottom) - torch.maximum(top, target_top)
    intersection = width.clamp(min=0) * height.clamp(min=0)
    area = (right - left) * (bottom - top)
    target_area = (target_right - target_left) * (target_bottom - target_top)
    union = area + target_area - intersection
    outer_width = torch.maximum(right, target_right) - torch.minimum(left, target_left)
    outer_height = torch.maximum(bottom, target_bottom) - torch.minimum(top, target_top)
    return intersection / (union + EPSILON), union, (outer_width, outer_height)
