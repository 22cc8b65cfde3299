"""Distance IoU."""

from losses.center_distance import center_distance
from losses.two_boxes import overlap
from torch import Tensor


def distance_iou(prediction: Tensor, target: Tensor) -> Tensor:
    """Boxes [B, 4] as x1, y1, x2, y2 -> [B] in -1..1: IoU minus the squared distance in parts."""
    iou, _, around = overlap(prediction, target)
    return iou - center_distance(prediction, target, around)
