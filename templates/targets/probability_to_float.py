"""Probabilities of yes, of any precision."""

from torch import Tensor


def store(labels: Tensor) -> Tensor:
    """Toy data in the stored format: probabilities of yes [...] float64."""
    return labels.double()


def convert(probabilities: Tensor) -> Tensor:
    """Probabilities of yes [...] of any precision -> the same as float32."""
    allowed = (probabilities >= 0) & (probabilities <= 1)
    allowed |= probabilities.isnan()  # no label  #: if incomplete
    assert allowed.all(), "probabilities lie in 0 .. 1"
    return probabilities.float()
