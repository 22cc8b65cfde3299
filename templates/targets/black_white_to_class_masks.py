"""Black and white masks to class masks."""

import torch
from torch import Tensor

BLACK, WHITE = 0, 255  # background and object
UNKNOWN = 128  # pixels without a label
IGNORE_INDEX = 255


def store(masks: Tensor) -> Tensor:
    """Toy data in the stored format: images of 0 and 255 [B, H, W] uint8."""
    levels = BLACK + (WHITE - BLACK) * masks
    return levels.where(masks != IGNORE_INDEX, UNKNOWN).to(torch.uint8)


def convert(levels: Tensor) -> Tensor:
    """Images of 0 and 255 [B, H, W] of any dtype -> class masks of 0 and 1 [B, H, W] int64."""
    masks = (levels == WHITE).long().masked_fill(levels == UNKNOWN, IGNORE_INDEX)
    allowed = (levels == BLACK) | (levels == WHITE) | (levels == UNKNOWN)
    assert allowed.all(), "neither black nor white: resized with blending, or a JPEG?"
    return masks
