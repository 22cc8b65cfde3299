"""Distance IoU loss."""

from losses.center_distance import center_distance
from losses.two_boxes import overlap
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Boxes [B, 4] float32 as x1, y1, x2, y2, x1 < x2 and y1 < y2 -> scalar in 0..2."""
    iou, _, around = overlap(prediction, target)
    return (1 - iou + center_distance(prediction, target, around)).mean()
