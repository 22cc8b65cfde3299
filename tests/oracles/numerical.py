"""Independent implementations in NumPy and SciPy, made losses that have gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from scipy import optimize
from torch import Tensor

from tests.oracles.comparison import Loss

Array = np.ndarray[Any, np.dtype[np.float64]]
STEP = 2e-4
STENCIL = {-2: 1 / 12, -1: -2 / 3, 1: 2 / 3, 2: -1 / 12}
"""Weights of five points in a row for the slope in the middle; what is left out goes with `STEP ** 4`."""


def numerical(reference: Callable[[Array, Array], Array]) -> Loss:
    """A loss of prediction and target, its gradient by differences.

    Args:
        reference: takes predictions [...] or [..., K] and targets [...], gives a value per target; it must be smooth
            within two steps of each prediction.
    """

    def loss(prediction: Tensor, target: Tensor) -> Tensor:
        x, y = prediction.detach().numpy(), target.numpy()
        values = reference(x, y)
        outputs = np.eye(x.shape[-1]) if x.ndim > values.ndim else np.ones(1)
        slopes = [
            sum(weight * reference(x + place * STEP * output, y) for place, weight in STENCIL.items()) / STEP
            for output in outputs
        ]
        return graph(values.mean(), np.stack(slopes, axis=-1).reshape(x.shape) / values.size, prediction)

    return loss


def least_squares(loss: str, scale: float = 1.0) -> Loss:
    """SciPy's cost of a fit that has not moved yet: half the sum of a robust `loss` of the squared errors."""

    def cost(prediction: Tensor, target: Tensor) -> Tensor:
        x, y = prediction.detach().numpy().ravel(), target.detach().numpy().ravel()
        fit = optimize.least_squares(
            lambda p: p - y, x, jac=lambda p: np.eye(p.size), loss=loss, f_scale=scale, max_nfev=1
        )
        return graph(fit.cost, fit.grad.reshape(prediction.shape), prediction)

    return cost


def graph(value: float, gradient: Array, prediction: Tensor) -> Tensor:
    """A scalar of this value, whose gradient for the prediction is this one."""
    return value + (torch.from_numpy(gradient) * (prediction - prediction.detach())).sum()
