"""Generalized IoU."""

from losses.two_boxes import EPSILON, overlap
from torch import Tensor


def generalized_iou(prediction: Tensor, target: Tensor) -> Tensor:
    """Boxes [B, 4] as x1, y1, x2, y2 -> [B] in -1..1: IoU minus the empty share around both."""
    iou, union, (width, height) = overlap(prediction, target)
    area = width * height
    return iou - (area - union) / (area + EPSILON)
