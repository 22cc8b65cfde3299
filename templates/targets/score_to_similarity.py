"""Scores of any scale to similarities."""

from torch import Tensor

MAX_SCORE = 5.0  # of your scores, from 0: the STS benchmarks have 5  #: set max_score


def store(similarity: Tensor) -> Tensor:
    """Toy data in the stored format: scores [...] float, 0 to MAX_SCORE."""
    return similarity * MAX_SCORE


def convert(score: Tensor) -> Tensor:
    """Scores [...] of any dtype, 0 to MAX_SCORE -> similarities float32 in 0..1."""
    assert not ((score < 0) | (score > MAX_SCORE)).any(), f"scores are 0 to {MAX_SCORE}"
    return score.float() / MAX_SCORE
