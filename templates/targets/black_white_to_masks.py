"""Black and white masks to floats."""

import torch
from torch import Tensor

BLACK, WHITE = 0, 255  # no and yes
UNKNOWN = 128  # pixels without a label  #: if incomplete


def store(masks: Tensor) -> Tensor:
    """Toy data in the stored format: images of 0 and 255 [B, L, H, W] uint8."""
    levels = BLACK + (WHITE - BLACK) * masks
    levels = levels.nan_to_num(nan=UNKNOWN)  #: if incomplete
    return levels.to(torch.uint8)


def convert(levels: Tensor) -> Tensor:
    """Images of 0 and 255 [B, L, H, W] of any dtype -> masks of 0 and 1 [B, L, H, W] float32."""
    masks = (levels.float() - BLACK) / (WHITE - BLACK)
    masks = masks.masked_fill(levels == UNKNOWN, torch.nan)  #: if incomplete
    allowed = (masks == 0) | (masks == 1)
    allowed |= masks.isnan()  #: if incomplete
    assert allowed.all(), "neither black nor white: resized with blending, or a JPEG?"
    return masks
