"""Boxes that are told as offsets from anchors (Girshick et al. 2014, arXiv 1311.2524)."""

import math

import torch
from losses.center_size import center_size
from torch import Tensor

MAX_LOG = math.log(1000 / 16)  # no box is decoded to more than this times its anchor, or less


def decode(offsets: Tensor, anchors: Tensor) -> Tensor:
    """Offsets and their anchors [..., 4] -> boxes [..., 4] with x1 < x2 and y1 < y2."""
    (middle, unit), (shift, log_size) = center_size(anchors), offsets.chunk(2, dim=-1)
    center, half = middle + shift * unit, unit * log_size.clamp(-MAX_LOG, MAX_LOG).exp() / 2
    return torch.cat([center - half, center + half], dim=-1)
