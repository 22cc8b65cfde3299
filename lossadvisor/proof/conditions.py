"""How a program runs in its cell: under autocast or not, compiled or as it is written."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor

from lossadvisor.proof.cell import Cell

HALVES = {"bf16": torch.bfloat16, "fp16": torch.float16}
SCALES = (2.0**10, 1.0, 2.0**-10, 2.0**-40)
"""What a loss is multiplied by before a backward pass in float16, until its gradients are finite: as by GradScaler."""

Differentiate = Callable[[Tensor], Iterable[Tensor | None]]


class Conditions:
    """The conditions of a cell, which can be lifted for a while.

    `half` is the dtype of autocast, or None.
    """

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.device = cell.device
        self.half = HALVES.get(cell.precision)
        self._compile = cell.compiled
        self._compiled: dict[str, Callable[..., Any]] = {}

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """What the program runs under."""
        if self.half is None:
            return contextlib.nullcontext()
        return torch.autocast(torch.device(self.device).type, self.half)

    def compiled(self, name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        """A function or a model, through `torch.compile` if that is asked for; each name once."""
        if not self._compile:
            return plain
        if name not in self._compiled:
            torch._functorch.config.donated_buffer = False  # noqa: SLF001 - so that a graph can be retained
            self._compiled[name] = torch.compile(plain)
        return self._compiled[name]

    @contextlib.contextmanager
    def under(self, half: torch.dtype | None) -> Iterator[None]:
        """Everything runs under autocast to that dtype meanwhile, or without autocast."""
        self.half, before = half, self.half
        try:
            yield
        finally:
            self.half = before

    @contextlib.contextmanager
    def not_compiled(self) -> Iterator[None]:
        """Everything runs as it is written meanwhile."""
        self._compile, before = False, self._compile
        try:
            yield
        finally:
            self._compile = before

    def gradients(self, loss: Tensor, differentiate: Differentiate) -> tuple[Tensor | None, ...]:
        """The gradients of a loss, float32, None where it does not depend on a leaf.

        Args:
            differentiate: takes the loss, scaled, and gives the gradients for the leaves; it is called again if one of
                them is not finite, so that the graph must be retained.
        """
        found: tuple[Tensor | None, ...] = ()
        for scale in SCALES if self.half is torch.float16 else (1.0,):
            found = tuple(part if part is None else part.float() / scale for part in differentiate(scale * loss))
            if all(part is None or bool(part.isfinite().all()) for part in found):
                break
        return found
