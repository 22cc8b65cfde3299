"""Masks of other class numbers (not from 0, or with gaps) to class masks."""

import torch
from torch import Tensor

CLASS_VALUES = [7, 8, 11]  # rising; each stands for the index of its place  #: set class_values
MISSING = 0  # pixels without a label  #: set missing
IGNORE_INDEX = 255


def store(masks: Tensor) -> Tensor:
    """Toy data in the stored format: class numbers [B, H, W] int64."""
    values = torch.tensor([*CLASS_VALUES, MISSING])
    return values[masks.where(masks != IGNORE_INDEX, len(CLASS_VALUES))]


def convert(class_value: Tensor) -> Tensor:
    """Class numbers [B, H, W] of any dtype -> class masks [B, H, W] int64."""
    values = torch.tensor(CLASS_VALUES, device=class_value.device)
    index = torch.searchsorted(values, class_value.contiguous()).clamp(max=len(values) - 1)
    void = class_value == MISSING
    assert ((values[index] == class_value) | void).all(), "a number is not in CLASS_VALUES"
    return index.masked_fill(void, IGNORE_INDEX)
