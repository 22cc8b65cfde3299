"""Class probabilities to the index of the likeliest class."""

import torch.nn.functional as F
from torch import Tensor

NUM_CLASSES = 3  #: set num_classes


def store(class_index: Tensor) -> Tensor:
    """Toy data in the stored format: probabilities [..., C] float64 that add up to 1."""
    probabilities = 0.9 * F.one_hot(class_index.clamp(min=0), NUM_CLASSES) + 0.1 / NUM_CLASSES
    probabilities = probabilities * (class_index >= 0)[..., None]  #: if incomplete
    return probabilities.double()


def convert(probabilities: Tensor) -> Tensor:
    """Probabilities [..., C] -> the likeliest class [...] int64; how likely it was is lost."""
    totals = probabilities.sum(dim=-1)
    #: if incomplete
    missing = ~(totals > 0)  # a row of zeros or NaN: no label
    assert ((totals - 1).abs() < 1e-3).logical_or(missing).all(), "each row must add up to 1"
    return probabilities.argmax(dim=-1).masked_fill(missing, -100)
    #: else
    assert ((totals - 1).abs() < 1e-3).all(), "each row must add up to 1"
    return probabilities.argmax(dim=-1)
    #: end
