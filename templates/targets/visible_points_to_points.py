"""Points with their visibility (COCO) to points that are NaN where they are not known."""

import torch
from torch import Tensor


def store(points: Tensor) -> Tensor:
    """Toy data in the stored format: x, y, visibility [B, K, 3]; 0: unknown, 2: visible."""
    known = ~points.isnan().any(dim=-1, keepdim=True)
    return torch.cat([points.nan_to_num(), 2.0 * known], dim=-1)


def convert(visible: Tensor) -> Tensor:
    """x, y, visibility [B, K, 3] -> x, y [B, K, 2], NaN where the visibility is 0."""
    return visible[..., :2].masked_fill(visible[..., 2:] == 0, torch.nan)
