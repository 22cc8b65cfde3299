"""Generalized IoU loss, by torchvision."""

from torch import Tensor
from torchvision.ops import generalized_box_iou_loss


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Boxes [B, 4] float32 as x1, y1, x2, y2, x1 < x2 and y1 < y2 -> scalar."""
    return generalized_box_iou_loss(prediction, target, reduction="mean")  # its default is "none"
