"""Class probabilities of any precision, checked."""

from torch import Tensor


def store(distribution: Tensor) -> Tensor:
    """Toy data in the stored format: probabilities [..., C] float64."""
    distribution = distribution.nan_to_num(nan=0.0)  #: if incomplete
    return distribution.double()


def convert(probabilities: Tensor) -> Tensor:
    """Probabilities [..., C] -> the same in float32; a row without a label becomes NaN."""
    totals = probabilities.sum(dim=-1, keepdim=True)
    #: if incomplete
    probabilities = probabilities.masked_fill(~(totals > 0), float("nan"))  # zeros: no label
    totals = totals.masked_fill(~(totals > 0), 1.0)
    #: end
    assert not (probabilities < 0).any(), "probabilities can't be negative"
    assert ((totals - 1).abs() < 1e-3).all(), "each row must add up to 1"
    return probabilities.float()
