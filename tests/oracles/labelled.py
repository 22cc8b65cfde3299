"""Outputs and labels of classification, drawn, and a comparison with what has no gradient."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor

from lossadvisor import resources
from lossadvisor.codegen import markers
from tests.oracles.comparison import Loss, agree

Array = np.ndarray[Any, np.dtype[Any]]
SEEDS = st.integers(0, 2**32 - 1)
SCALES = st.sampled_from([0.1, 1.0, 4.0])
"""Of logits; at 4 a softmax of them is nearly sure."""
MARGINS, GAMMAS = st.sampled_from([0.25, 1.0, 2.0]), st.sampled_from([1.0, 1.5, 2.0, 5.0])


def ours(loss: str, options: Sequence[str] = (), **constants: Any) -> Loss:
    """The `criterion` of a template, with other constants: what follows from them follows from these."""
    text = (resources.folder("templates") / "losses" / f"{loss}.py").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for statement in ast.parse(markers.choose(text, options)).body:
        exec(compile(ast.Module([statement], []), loss, "exec"), names)  # noqa: S102 - our own template
        names.update({name: value for name, value in constants.items() if name in names})
    assert constants.keys() <= names.keys()
    criterion: Loss = names["criterion"]
    return criterion


class Draws:
    """Tensors of one example: a batch [B] of `classes` [C], from a seed."""

    def __init__(self, seed: int, batch: int, classes: int, scale: float) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.batch, self.classes, self.scale = batch, classes, scale

    def normal(self, *shape: int) -> Tensor:
        return self.scale * torch.randn(*shape, dtype=torch.float64, generator=self.generator)

    def logits(self, less: int = 0) -> Tensor:
        """[B, C], or that many fewer of them."""
        return self.normal(self.batch, self.classes - less).requires_grad_()

    def index(self) -> Tensor:
        """Classes [B]."""
        return torch.randint(self.classes, (self.batch,), generator=self.generator)

    def shares(self) -> Tensor:
        """Distributions [B, C], some of them with zeros."""
        rows = torch.rand(self.batch, self.classes, dtype=torch.float64, generator=self.generator)
        rows[:, 1:] *= rows[:, 1:] > 0.4
        return rows / rows.sum(dim=1, keepdim=True)

    def multi_hot(self) -> Tensor:
        """Labels [B, C], 0 or 1."""
        return (torch.rand(self.batch, self.classes, generator=self.generator) < 0.4).double()

    def soft(self) -> Tensor:
        """Labels [B, C] from 0 to 1."""
        return torch.rand(self.batch, self.classes, dtype=torch.float64, generator=self.generator)

    def weights(self) -> Tensor:
        """One for each class [C]."""
        return torch.rand(self.classes, dtype=torch.float64, generator=self.generator) * 5 + 0.1

    def counts(self) -> list[int]:
        """Samples of each class in a training set, at least two."""
        return torch.randint(2, 2000, (self.classes,), generator=self.generator).tolist()


DRAWS = st.builds(Draws, SEEDS, st.integers(1, 6), st.integers(2, 6), SCALES)


def agree_along(
    loss: Loss,
    reference: Callable[..., float],
    prediction: Tensor,
    *others: Tensor,
    factor: float = 1.0,
    step: float = 1e-5,
) -> None:
    """Assert the value of a reference in NumPy, and its slope along a direction in which all outputs change.

    Args:
        step: of the differences; 1e-7 for what has kinks.
    """
    start = prediction.detach()
    direction = torch.linspace(-1, 1.3, start.numel(), dtype=start.dtype).cos().reshape(start.shape)
    arrays = [other.numpy() for other in others]

    def at(place: float) -> float:
        return float(reference((start + place * direction).numpy(), *arrays))

    value, slope = at(0.0), (at(step) - at(-step)) / (2 * step)
    agree(
        lambda place: loss(start + place * direction, *others),
        lambda place: value + slope * place,
        (torch.zeros((), dtype=start.dtype, requires_grad=True),),
        factor=factor,
        tolerance=1e-7,
    )
