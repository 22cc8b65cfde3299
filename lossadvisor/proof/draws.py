"""Random numbers of a proof: the same in each run, others for each seed."""

from __future__ import annotations

from contextlib import AbstractContextManager

import torch
from torch import Tensor

STREAMS = 1000
"""How many draws of one seed are told apart."""

_seed = 0


def begin(seed: int) -> None:
    """Draw from `seed` from now on. A process proves one program."""
    global _seed  # noqa: PLW0603
    _seed = seed


def number(stream: int = 0) -> int:
    """The seed of one of the draws."""
    return _seed * STREAMS + stream


def reseed(stream: int = 0) -> None:
    """Start torch's own generators, from which programs draw."""
    torch.manual_seed(number(stream))


def generator(stream: int = 0) -> torch.Generator:
    """A generator on the CPU, always at its start."""
    return torch.Generator().manual_seed(number(stream))


def noise(like: Tensor, stream: int) -> Tensor:
    """Standard normal numbers of a tensor's shape, the same at each call."""
    return torch.randn(like.shape, generator=generator(stream)).to(like)


def aside(device: str) -> AbstractContextManager[None]:
    """Meanwhile torch's own generators may be drawn from: afterwards they stand where they stood."""
    place = torch.device(device)
    if place.type == "cpu":
        return torch.random.fork_rng([])
    return torch.random.fork_rng([place.index or 0], device_type=place.type)
