"""A loss beside an independent implementation of it: the same value and the same gradients, in float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Loss = Callable[..., Tensor]


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
