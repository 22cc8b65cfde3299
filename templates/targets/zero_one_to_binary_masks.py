"""Masks of 0 and 1, one per image, to floats."""

import torch
from torch import Tensor

IGNORE_INDEX = 255  # pixels without a label  #: if incomplete


def store(masks: Tensor) -> Tensor:
    """Toy data in the stored format: masks of 0 and 1 [B, H, W] uint8."""
    masks = masks.nan_to_num(nan=IGNORE_INDEX)  #: if incomplete
    return masks.squeeze(1).to(torch.uint8)


def convert(zero_one: Tensor) -> Tensor:
    """Masks of 0 and 1 [B, H, W] of any dtype -> the same [B, 1, H, W] as float32."""
    zero_one = zero_one[:, None]  # the axis of labels, which the logits have too
    masks = zero_one.float()
    masks = masks.masked_fill(zero_one == IGNORE_INDEX, torch.nan)  #: if incomplete
    allowed = (masks == 0) | (masks == 1)
    allowed |= masks.isnan()  #: if incomplete
    assert allowed.all(), "masks hold 0 (no) and 1 (yes); images of 0 and 255 are another format"
    return masks
