"""Complete IoU loss."""

from losses.complete_iou import complete_iou
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Boxes [B, 4] float32 as x1, y1, x2, y2, x1 < x2 and y1 < y2 -> scalar in 0..3."""
    return (1 - complete_iou(prediction, target)).mean()
