"""Whole scores to similarities."""

from torch import Tensor

MAX_SCORE = 5  # of your scores, from 0  #: set max_score


def store(similarity: Tensor) -> Tensor:
    """Toy data in the stored format: scores [...] int64, 0 to MAX_SCORE."""
    return (similarity * MAX_SCORE).round().long()


def convert(score: Tensor) -> Tensor:
    """Scores [...] of any integer dtype, 0 to MAX_SCORE -> similarities float32 in 0..1."""
    assert not ((score < 0) | (score > MAX_SCORE)).any(), f"scores are 0 to {MAX_SCORE}"
    return score.float() / MAX_SCORE
