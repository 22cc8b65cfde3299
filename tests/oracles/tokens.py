"""Tokens and answers of language models, drawn, and our losses with other constants."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch import Tensor

from tests.oracles import comparison
from tests.oracles.comparison import Loss

SCALES = st.sampled_from([0.1, 1.0, 10.0])
BETAS, SHARES = st.sampled_from([0.05, 0.1, 0.5, 2.0]), st.sampled_from([0.01, 0.1, 0.4])
CLIPS = st.sampled_from([0.05, 0.2, 0.28])


def ours(name: str, **constants: float) -> Loss:
    """The `criterion` of a template with other constants; the sum, if it has several terms."""
    criterion = comparison.ours(name, **constants)

    def loss(*inputs: Tensor) -> Tensor:
        found = criterion(*inputs)
        return sum(found.values()) if isinstance(found, dict) else found

    return loss


class Draws:
    """Tensors of one example, from a seed: a batch [B] of `length` tokens [T]."""

    def __init__(self, seed: int, batch: int, length: int, scale: float) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.batch, self.length, self.scale = batch, length, scale

    def normal(self, *shape: int) -> Tensor:
        return self.scale * torch.randn(*shape, dtype=torch.float64, generator=self.generator)

    def logits(self, vocabulary: int) -> Tensor:
        """[B * T, V]."""
        return self.normal(self.batch * self.length, vocabulary).requires_grad_()

    def labels(self, vocabulary: int) -> Tensor:
        """[B * T], of which a third doesn't count, but the first does."""
        ids = torch.randint(vocabulary, (self.batch * self.length,), generator=self.generator)
        gone = torch.rand(len(ids), generator=self.generator) < 1 / 3
        gone[0] = False
        return ids.masked_fill(gone, -100)

    def answers(self, size: int) -> Tensor:
        """Values of tokens [B, G, T]."""
        return self.normal(self.batch, size, self.length).requires_grad_()

    def log_probs(self, size: int) -> Tensor:
        """Log-probabilities of tokens [B, G, T], below 0."""
        return (-self.normal(self.batch, size, self.length).abs() - 1e-2).requires_grad_()

    def counts(self, size: int) -> Tensor:
        """Which tokens are of the answer [B, G, T]: at least one of each, and not the first, which is of the prompt."""
        lengths = torch.randint(1, self.length, (self.batch, size, 1), generator=self.generator)
        place = torch.arange(self.length)
        return (place >= 1) & (place <= lengths)

    def rewards(self, size: int) -> Tensor:
        """[B, G]."""
        return self.normal(self.batch, size)


DRAWS = st.builds(Draws, st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(2, 7), SCALES)
