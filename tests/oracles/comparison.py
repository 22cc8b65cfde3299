"""A loss of ours, with other constants, beside an independent implementation: the same value and gradients, float64."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.losses.parts import template

Loss = Callable[..., Tensor]


@contextmanager
def options(name: str, **values: Any) -> Iterator[None]:
    """Sets constants of a loss, or attributes of its criterion, for a while."""
    part = template(f"losses.{name}")
    with pytest.MonkeyPatch.context() as patch:
        for key, value in values.items():
            patch.setattr(part if hasattr(part, key) else part.criterion, key, value)
        yield


def ours(name: str, *, part: str = "", **values: Any) -> Callable[..., Any]:
    """The criterion of a template, with other constants in it or in another `part`."""

    def criterion(*inputs: Tensor) -> Any:
        with options(part or name, **values):
            return template(f"losses.{name}").criterion(*inputs)

    return criterion


def evaluated(loss: Loss, inputs: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """The value, and the gradient for each input that requires one."""
    copies = [tensor.detach().clone().requires_grad_(tensor.requires_grad) for tensor in inputs]
    value = loss(*copies)
    leaves = [tensor for tensor in copies if tensor.requires_grad]
    return value.detach(), *torch.autograd.grad(value, leaves, materialize_grads=True)


def agree(ours: Loss, theirs: Loss, inputs: Sequence[Tensor], *, factor: float = 1.0, tolerance: float = 1e-9) -> None:
    """Assert that both give the same value and gradients, theirs times `factor`.

    Args:
        tolerance: relative and absolute; 1e-6 for a library that computes in float32 by itself.
    """
    for mine, other in zip(evaluated(ours, inputs), evaluated(theirs, inputs), strict=True):
        torch.testing.assert_close(mine, factor * other, rtol=tolerance, atol=tolerance, check_dtype=False)
