"""The objects of a batch of images."""

import torch
from losses.two_boxes import overlap
from torch import Tensor

PADDING = -100  # the label of a row that holds no object


def check(labels: Tensor, boxes: Tensor, num_classes: int) -> None:
    """Labels [B, M] int64, boxes x1, y1, x2, y2 [B, M, 4] in 0..1: nothing else is let through."""
    assert labels.dtype == torch.int64, f"labels are {labels.dtype}"
    assert (labels < num_classes).all(), "classes are 0 .. C-1"
    assert boxes.shape == (*labels.shape, 4), f"{labels.shape} labels, {boxes.shape} boxes"
    real = boxes[labels != PADDING]
    assert (real[:, 2:] > real[:, :2]).all(), "not x1, y1, x2, y2, or a box without an area"
    assert not ((real < 0) | (real > 1)).any(), "a box leaves 0..1: pixels?"


def recall_precision(
    classes: Tensor, found: Tensor, labels: Tensor, boxes: Tensor, *, num_classes: int
) -> tuple[float, float]:
    """Detections [B, A] and objects [B, M], with their boxes -> shares found, and right.

    Class C is no detection; one is right if an object of its class overlaps it by more than 0.5.
    """
    near = overlap(boxes[:, :, None], found[:, None])[0] > 0.5
    right = near & (classes[:, None] == labels[..., None])
    real, count = (labels != PADDING).sum(), (classes < num_classes).sum()
    return (right.any(2).sum() / real).item(), (right.any(1).sum() / count).item()
