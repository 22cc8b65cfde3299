"""The curves of a loss: its program is executed, and its own function called at each place of an axis."""

from __future__ import annotations

import contextlib
import math
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.utils.checkpoint import checkpoint

from lossadvisor.codegen.program import Program
from lossadvisor.errors import unknown
from lossadvisor.plot.paths import PATHS, Numbers, Path
from lossadvisor.proof.cell import Cell
from lossadvisor.proof.run import promise
from lossadvisor.proof.subject import NotChecked, Subject
from lossadvisor.proof.worker import load
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Axis

CELL = Cell()
MOST = 100
STEPS = [digit * 10.0**power for power in range(-6, 6) for digit in (1, 2, 5)]


class Unplottable(Exception):
    """A loss that can't be computed along an axis; the message says why."""


def subject_of(base: RuleBase, program: Program) -> Subject:
    """The program, executed, with what its contract promises.

    It is a template with constants put in, and so runs in this process: those of a user's own rule folder are trusted
    as the folder is.

    Raises:
        Unplottable: it can't be executed.
    """
    return executed(promise(base, program, CELL, "smoke"))


def executed(promised: Mapping[str, Any]) -> Subject:
    """The program of a promise, executed.

    Raises:
        Unplottable: it can't be.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr):  # a program may say what it lacks
            module = load(promised["source"], promised["path"])
            if getattr(module, "checkpoint", None) is checkpoint:  # its first call imports torch.compile, for a second
                vars(module)["checkpoint"] = kept
            return Subject(module, promised, CELL)
    except (Exception, SystemExit) as error:
        raise Unplottable(told(error)) from error


def kept(function: Callable[..., Any], *arguments: Any, **_: Any) -> Any:
    """What `checkpoint` gives, computed once and kept for the backward pass: no value differs."""
    return function(*arguments)


def curve(
    subject: Subject, axis: Axis, numbers: Numbers, along: Sequence[float], *, contract: str
) -> tuple[list[float], list[float]]:
    """The loss at each place, and its gradient with respect to the place; NaN where it is not finite.

    Raises:
        Unplottable: the program can't compute it.
        UserError: the axis names a path that there isn't.
    """
    name = axis.paths.get(contract, axis.path)
    if name not in PATHS:
        raise unknown("path", name, PATHS, place=f"axes.yaml: {axis.id}")
    try:
        with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path = PATHS[name](subject, numbers)
            points = [at(subject, path, place) for place in along]
    except Exception as error:
        raise Unplottable(told(error)) from error
    return [value for value, _ in points], [gradient for _, gradient in points]


class Asked(dict[str, float]):
    """Numbers that remember which of them a path asked for."""

    def __init__(self, numbers: Numbers) -> None:
        super().__init__(numbers)
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.used.add(name)
        return super().__getitem__(name)


def at(subject: Subject, path: Path, place: float) -> tuple[float, float]:
    """The loss at one place, and its gradient there: 0 where it does not depend on the place."""
    leaf = torch.tensor(place, requires_grad=True)
    torch.default_generator.manual_seed(0)  # a loss may draw; `torch.manual_seed` takes longer than most losses
    loss: torch.Tensor = getattr(subject.module, path.function)(*path.arguments(leaf))
    if not loss.requires_grad:
        return float(loss), 0.0
    gradient = torch.autograd.grad(loss, leaf, allow_unused=True, materialize_grads=True)[0]
    return float(loss.detach()), float(gradient)


def told(error: BaseException) -> str:
    """An exception in one line."""
    text = str(error).strip().split("\n")[0]
    if isinstance(error, NotChecked):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def places(axis: Axis) -> tuple[float, ...]:
    """Round places along the axis, about a hundred at most, and its two ends."""
    span = axis.high - axis.low
    step = next(step for step in STEPS if span / step <= MOST)
    first, last = math.floor(axis.low / step) + 1, math.ceil(axis.high / step)
    inner = (number * step for number in range(first, last))
    margin = step / 4
    kept = (place for place in inner if axis.low + margin < place < axis.high - margin)
    return (axis.low, *(round(place, 6) for place in kept), axis.high)
