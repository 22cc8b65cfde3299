"""Random predictions and targets of regression, and losses with other constants."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from hypothesis import strategies as st
from torch import Tensor

from tests.losses.parts import template
from tests.oracles.comparison import Loss

Inputs = tuple[Tensor, Tensor]


@st.composite
def samples(draw: st.DrawFn, target: Callable[[Tensor], Tensor], *outputs: int) -> Inputs:
    """Predictions [B, *outputs] or, of series, [B, H, *outputs]; targets [B] or [B, H], made from normal ones."""
    shape = draw(st.sampled_from([(1,), (5,), (2, 3)]))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32 - 1)))
    prediction, noise = (
        2 * torch.randn(*shape, *more, dtype=torch.float64, generator=generator).clamp(-2, 2) for more in (outputs, ())
    )
    return prediction.requires_grad_(), target(noise)


def reals(noise: Tensor) -> Tensor:
    return 3 * noise


def positive(noise: Tensor) -> Tensor:
    return noise.exp()


def lumped(noise: Tensor) -> Tensor:
    return (noise.exp() - 1).clamp(min=0)


def counts(noise: Tensor) -> Tensor:
    return noise.exp().floor()


def shares(noise: Tensor) -> Tensor:
    return (noise / 3 + 0.5).clamp(0, 1)


def angles(noise: Tensor) -> Tensor:
    return noise.remainder(2 * math.pi)


def apart(inputs: Inputs) -> Inputs:
    """The same with no error near zero, where an absolute error has no slope."""
    prediction, target = inputs
    return prediction.detach().mul(50).round().div(50).requires_grad_(), (target * 50).floor() / 50 + 0.01


def long(inputs: Inputs) -> Inputs:
    """The same, made longer than 1/2: a direction is not smooth near the middle."""
    prediction, target = inputs
    longer = 1 + 0.5 / prediction.detach().norm(dim=-1, keepdim=True)
    return (longer * prediction.detach()).requires_grad_(), target


def criterion(name: str) -> Loss:
    found: Loss = template(f"losses.{name}").criterion
    return found
