"""One-hot channels to class masks."""

import torch.nn.functional as F
from torch import Tensor

NUM_CLASSES = 3  #: set num_classes
IGNORE_INDEX = 255  # pixels without a label


def store(masks: Tensor) -> Tensor:
    """Toy data in the stored format: one channel per class [B, C, H, W] int64, 0 where void."""
    void = masks == IGNORE_INDEX
    channels = F.one_hot(masks.masked_fill(void, 0), NUM_CLASSES) * ~void[..., None]
    return channels.movedim(-1, 1)


def convert(one_hot: Tensor) -> Tensor:
    """One channel per class [B, C, H, W] of any dtype -> class masks [B, H, W] int64."""
    ones = (one_hot != 0).sum(dim=1)
    assert ones.le(1).all(), "a pixel has two classes: overlapping masks need another loss"
    return one_hot.long().argmax(dim=1).masked_fill(ones == 0, IGNORE_INDEX)
