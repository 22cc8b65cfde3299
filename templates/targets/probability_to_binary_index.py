"""Probabilities of yes to the indices 0 and 1."""

from torch import Tensor


def store(class_index: Tensor) -> Tensor:
    """Toy data in the stored format: probabilities of yes [B] float64."""
    #: if incomplete
    return (0.05 + 0.9 * class_index.double()).masked_fill(class_index == -100, float("nan"))
    #: else
    return 0.05 + 0.9 * class_index.double()
    #: end


def convert(probabilities: Tensor) -> Tensor:
    """Probabilities of yes [B] -> class indices 0 and 1 [B] int64; how sure it was is lost."""
    allowed = (probabilities >= 0) & (probabilities <= 1)
    allowed |= probabilities.isnan()  #: if incomplete
    assert allowed.all(), "probabilities lie in 0 .. 1"
    #: if incomplete
    return (probabilities > 0.5).long().masked_fill(probabilities.isnan(), -100)
    #: else
    return (probabilities > 0.5).long()
    #: end
