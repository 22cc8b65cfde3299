"""Absolute error of the coordinates plus generalized IoU loss."""

import torch.nn.functional as F
from losses.generalized_iou import generalized_iou
from torch import Tensor

L1_WEIGHT = 5.0  # for coordinates in 0..1
GIOU_WEIGHT = 2.0


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Boxes [B, 4] float32 as x1, y1, x2, y2 in 0..1, x1 < x2 and y1 < y2 -> scalar."""
    distance = 4 * F.l1_loss(prediction, target)  # the sum over the coordinates, a mean over boxes
    gap = (1 - generalized_iou(prediction, target)).mean()
    return L1_WEIGHT * distance + GIOU_WEIGHT * gap
