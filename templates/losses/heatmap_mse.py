"""Squared error of heatmaps against a spot at each point (Tompson et al. 2014, arXiv 1406.2984)."""

import torch
import torch.nn.functional as F
from torch import Tensor

SPREAD = 1.5  # standard deviation of a spot, in cells


def spots(points: Tensor, cells: int) -> Tensor:
    """Points x, y [..., 2] in 0..1 -> heatmaps [..., cells, cells] with a peak of about 1."""
    place = torch.arange(cells, device=points.device) + 0.5
    far = [(place - points[..., i, None] * cells).square() for i in (0, 1)]
    x, y = ((-side / (2 * SPREAD**2)).exp() for side in far)
    return x[..., None, :] * y[..., None]


def criterion(heatmaps: Tensor, points: Tensor) -> Tensor:
    """Heatmaps [N, H, H] and the points x, y [N, 2] in 0..1 that they should show -> scalar."""
    return F.mse_loss(heatmaps, spots(points, heatmaps.shape[-1]))
