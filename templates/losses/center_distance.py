"""The distance of two boxes' centres."""

from losses.two_boxes import EPSILON
from torch import Tensor


def center_distance(prediction: Tensor, target: Tensor, around: tuple[Tensor, Tensor]) -> Tensor:
    """Boxes [B, 4], the sides around both [B] -> squared distance over squared diagonal [B]."""
    left, top, right, bottom = (prediction - target).unbind(dim=-1)
    distance = ((left + right).square() + (top + bottom).square()) / 4
    width, height = around
    return distance / (width.square() + height.square() + EPSILON)
