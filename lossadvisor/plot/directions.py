"""Directions in the space of a model's weights: random ones, and those of a trajectory."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

Weights = dict[str, Tensor]


def directions(
    center: Weights, names: Sequence[str], *, seed: int = 0, normalised: bool = True
) -> tuple[Weights, Weights]:
    """Two random directions at right angles, each filter as long as that of the weights (Li et al. 2018).

    Biases, and weights of norm layers, stay as they are.
    """
    generator = torch.Generator().manual_seed(seed)
    first, second = ({name: torch.zeros_like(weight) for name, weight in center.items()} for _ in range(2))
    for name in names:
        if center[name].dim() > 1:
            rows = center[name].flatten(1)
            one, two = (torch.randn(rows.shape, generator=generator) for _ in range(2))
            two -= (one * two).sum(dim=1, keepdim=True) / one.square().sum(dim=1, keepdim=True) * one
            for drawn, into in ((one, first), (two, second)):
                into[name] = (as_long(drawn, rows) if normalised else drawn).reshape(center[name].shape)
    return first, second


def as_long(drawn: Tensor, rows: Tensor) -> Tensor:
    """Each row of `drawn` as long as that of `rows`; a row that has no length, as it is."""
    length = drawn.norm(dim=1, keepdim=True)
    return drawn * torch.where(length > 1e-6, rows.norm(dim=1, keepdim=True) / length, 0.0)


def folded(vector: Tensor, like: Weights) -> Weights:
    """A vector as weights, which are views of it."""
    parts = vector.split([weight.numel() for weight in like.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(like.items(), parts, strict=True)}


def principal(seen: Sequence[Weights], names: Sequence[str]) -> tuple[tuple[Weights, Weights], Tensor, list[float]]:
    """Two directions in which a trajectory varies most, its coordinates there, and their shares of the variance."""
    end = seen[-1]
    offsets = torch.stack([torch.cat([(one[name] - end[name]).flatten() for name in names]) for one in seen])
    vectors, shares = axes_of(offsets)
    still = {name: torch.zeros_like(weight) for name, weight in end.items()}
    right, up = (still | folded(vector, {name: end[name] for name in names}) for vector in vectors)
    return (right, up), offsets @ vectors.T, shares


def axes_of(offsets: Tensor) -> tuple[Tensor, list[float]]:
    """The two directions [2, N] in which rows [K, N] vary most, and their shares of the variance.

    From the products of the rows: there are few of them, and N is large.
    """
    rows = offsets.double()
    squares, turned = torch.linalg.eigh(rows @ rows.T)
    vectors = torch.linalg.qr(rows.T @ turned[:, [-1, -2]])[0].T
    return vectors.to(offsets.dtype), (squares.flip(0)[:2] / squares.sum()).tolist()
