"""The distance of two boxes' centres."""

from losses.two_boxes import EPSILON
from torch import Tensor


def center_distance(prediction: Tensor, target: Tensor, around: Tensor) -> Tensor:
    """Boxes [B, 4], the size around both [B, 2] -> squared distance over squared diagonal [B]."""
    shift = (prediction - target).unflatten(-1, (2, 2)).mean(dim=-2)
    return shift.square().sum(dim=-1) / (around.square().sum(dim=-1) + EPSILON)
