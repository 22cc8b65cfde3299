"""Boxes as offsets from anchors, and back (Girshick et al. 2014, arXiv 1311.2524)."""

import math

import torch
from torch import Tensor

MAX_LOG = math.log(1000 / 16)  # no box is decoded to more than this times its anchor, or less


def center_size(boxes: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes x1, y1, x2, y2 [..., 4] -> centres [..., 2] and sizes [..., 2]."""
    low, high = boxes.chunk(2, dim=-1)
    return (low + high) / 2, high - low


def encode(boxes: Tensor, anchors: Tensor) -> Tensor:
    """Boxes and their anchors, as x1, y1, x2, y2 [..., 4] -> offsets [..., 4]."""
    (center, size), (anchor_center, anchor_size) = center_size(boxes), center_size(anchors)
    return torch.cat([(center - anchor_center) / anchor_size, (size / anchor_size).log()], dim=-1)


def decode(offsets: Tensor, anchors: Tensor) -> Tensor:
    """Offsets and their anchors [..., 4] -> boxes [..., 4] with x1 < x2 and y1 < y2."""
    shift, log_size = offsets.chunk(2, dim=-1)
    anchor_center, anchor_size = center_size(anchors)
    center = anchor_center + shift * anchor_size
    half = anchor_size * log_size.clamp(-MAX_LOG, MAX_LOG).exp() / 2
    return torch.cat([center - half, center + half], dim=-1)
