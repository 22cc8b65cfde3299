"""Losses of language models beside SciPy, and beside what PyTorch has of its own."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from torch import Tensor, nn

from tests.oracles.comparison import agree
from tests.oracles.tokens import DRAWS, Draws, ours

VOCABULARIES = st.integers(2, 7)
WEIGHTS = st.sampled_from([1e-4, 1e-2, 1.0])


@given(DRAWS, VOCABULARIES, WEIGHTS)
def test_vocabulary_cross_entropy_z_loss_is_of_logsumexp(draws: Draws, vocabulary: int, weight: float) -> None:
    """The gradient, by hand: p - y for the cross-entropy, 2 w log(Z) p for the z-loss."""
    logits, labels = draws.logits(vocabulary), draws.labels(vocabulary)
    kept = labels != -100
    z = logits[kept].detach().numpy()
    log_z, chances = special.logsumexp(z, axis=1), special.softmax(z, axis=1)
    hot = F.one_hot(labels[kept], vocabulary).numpy()
    value = (log_z - (z * hot).sum(axis=1) + weight * log_z**2).mean()
    gradient = torch.zeros_like(logits)
    gradient[kept] = torch.from_numpy((chances - hot + 2 * weight * log_z[:, None] * chances) / len(z))
    mine = ours("vocabulary_cross_entropy_z_loss", Z_WEIGHT=weight)
    agree(mine, lambda z, _: value + (gradient * (z - logits.detach())).sum(), (logits, labels))


@pytest.mark.skipif(not hasattr(F, "linear_cross_entropy"), reason="PyTorch 2.13 or newer has it")
@given(draws=DRAWS, vocabulary=VOCABULARIES, width=st.integers(1, 5), chunk=st.integers(1, 40))
def test_linear_cross_entropy_and_that_of_torch(draws: Draws, vocabulary: int, width: int, chunk: int) -> None:
    targets = draws.labels(vocabulary)
    hidden, weight = (draws.normal(size, width).float().requires_grad_() for size in (len(targets), vocabulary))

    def theirs(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
        return F.linear_cross_entropy(hidden, weight, targets, options=nn.LinearCrossEntropyOptions())

    agree(ours("linear_cross_entropy", CHUNK=chunk), theirs, (hidden, weight, targets), tolerance=2e-5)


@pytest.mark.skipif(not hasattr(F, "linear_cross_entropy"), reason="PyTorch 2.13 or newer has it")
def test_linear_cross_entropy_of_no_token_is_zero_and_that_of_torch_nan() -> None:
    hidden, weight, gone = torch.zeros(3, 4), torch.zeros(7, 4), torch.full((3,), -100)
    assert ours("linear_cross_entropy")(hidden, weight, gone) == 0
    assert F.linear_cross_entropy(hidden, weight, gone, options=nn.LinearCrossEntropyOptions()).isnan()
