"""A whole answer from its tokens, whatever its length."""

from torch import Tensor


def answer_mean(values: Tensor, counts: Tensor) -> Tensor:
    """Values [..., T] of tokens, which of them count -> their mean over each answer, [...]."""
    return values.masked_fill(~counts, 0).sum(dim=-1) / counts.sum(dim=-1).clamp(min=1)
