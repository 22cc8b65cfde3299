"""Boxes as offsets from anchors (Girshick et al. 2014, arXiv 1311.2524)."""

import torch
from losses.center_size import center_size
from torch import Tensor


def encode(boxes: Tensor, anchors: Tensor) -> Tensor:
    """Boxes and their anchors, as x1, y1, x2, y2 [..., 4] -> offsets [..., 4]."""
    (center, size), (middle, unit) = center_size(boxes), center_size(anchors)
    return torch.cat([(center - middle) / unit, (size / unit).log()], dim=-1)
