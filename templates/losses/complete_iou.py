"""Complete IoU."""

import math

import torch
from losses.center_distance import center_distance
from losses.two_boxes import EPSILON, overlap
from torch import Tensor


def slant(boxes: Tensor) -> Tensor:
    """Boxes [B, 4] -> the angle [B] whose tangent is width / height; finite at a height of 0."""
    left, top, right, bottom = boxes.unbind(dim=-1)
    return torch.atan2(right - left, bottom - top)


def complete_iou(prediction: Tensor, target: Tensor) -> Tensor:
    """Boxes [B, 4] as x1, y1, x2, y2 -> [B] in -2..1: IoU minus distance and another shape."""
    iou, _, around = overlap(prediction, target)
    distance = center_distance(prediction, target, around)
    shape = 4 / math.pi**2 * (slant(prediction) - slant(target)).square()
    with torch.no_grad():  # a trade-off, not something to be learned
        weight = shape / (1 - iou + shape + EPSILON)
    return iou - distance - weight * shape
