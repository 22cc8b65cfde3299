"""A whole answer from its tokens."""

from torch import Tensor


def answer_total(values: Tensor, counts: Tensor) -> Tensor:
    """Values [..., T] of tokens, which of them count -> their sum over each answer, [...]."""
    return values.masked_fill(~counts, 0).sum(dim=-1)
