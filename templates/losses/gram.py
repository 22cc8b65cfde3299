"""The Gram matrix: which features go together, wherever in the image that is."""

import torch
from torch import Tensor


def gram(hidden: Tensor) -> Tensor:
    """Features [B, C, H, W] float32 -> [B, C, C]: F F^T / (C * H * W)."""
    rows = hidden.flatten(2)
    with torch.autocast(rows.device.type, enabled=False):  # sums of this size overflow float16
        return rows @ rows.mT / rows[0].numel()
