"""Why a check failed: the likely cause, the edit that takes it away, and the line.

Known causes come from comparing the program with the one that was generated for the same loss and contract: its loss on
the same predictions, its constants, its text.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import NamedTuple

from lossadvisor.proof import draws
from lossadvisor.proof.edits import Edit, called, changed_calls, edits, nearest
from lossadvisor.proof.guesses import Found, explain
from lossadvisor.proof.subject import Subject, Tensors
from lossadvisor.proof.words import changed_words


class Cause(NamedTuple):
    """The likely reason of a failure, the edit that takes it away, and the line; "" and 0 where unknown."""

    cause: str = ""
    fix: str = ""
    line: int = 0


LOSS = ("loss_fn", "loss_terms", "criterion")
SCOPES = {"inference": ("predict",), "overfits": ("train",), "steps": ("train",), "contract": ("batch", "build_model")}
"""Where to look first, by check; elsewhere in what computes the loss."""


class Doctor:
    """Finds causes for one program.

    Args:
        subject: the program.
        source: its text.
        reference: the text that was generated for the same loss and contract, or "".
        load: makes the subject of a text.
    """

    def __init__(self, subject: Subject, source: str, reference: str, load: Callable[[str], Subject]) -> None:
        self._subject, self._source, self._reference = subject, source, reference
        self._load = load

    def diagnose(self, check: str, line: int) -> Cause:
        """Why `check` failed, at `line` if that is known."""
        found, changes = self._explained, self._edits
        edit = nearest(changes, self._scopes(check), line)
        cause, fix = "", ""
        if found and check not in SCOPES:
            cause, fix = found.cause, found.fix
            line = line or self._line(found.names)
        cause = cause or self._constant(changes)
        if edit is not None:
            cause = cause or changed_calls(edit) or changed_words(edit)
            return Cause(cause, edit.told(), line or edit.line)
        return Cause(cause, fix, line)

    def _scopes(self, check: str) -> Collection[str]:
        return SCOPES.get(check, (*LOSS, *self._reached))

    @cached_property
    def _right(self) -> Subject | None:
        """The program that was generated, or None if it isn't known or doesn't run."""
        if not self._reference:
            return None
        with contextlib.suppress(Exception):
            return self._load(self._reference)
        return None

    @cached_property
    def _edits(self) -> list[Edit]:
        return edits(self._source, self._reference) if self._reference else []

    @cached_property
    def _explained(self) -> Found | None:
        """What the loss does instead, if it can be told from its values."""
        right = self._right
        if right is None:
            return None
        with contextlib.suppress(Exception):
            return explain(self._values(self._subject), self._values(right), [*samples(right)], self._subject.sizes)
        return None

    @staticmethod
    def _values(subject: Subject) -> Callable[[Tensors, Tensors], float]:
        return lambda outputs, targets: subject.value(outputs, *targets)

    def _constant(self, changes: Collection[Edit]) -> str:
        """A constant that isn't what was generated."""
        right = self._right
        if right is None or not changes:
            return ""
        mine, wanted = (vars(subject.module) for subject in (self._subject, right))
        for name, value in wanted.items():
            told = name.isupper() and name != "DEVICE" and isinstance(value, (int, float, str, tuple, list))
            if told and name in mine and mine[name] != value:
                return f"{name} is {mine[name]}, and was generated as {value}"
        return ""

    @cached_property
    def _functions(self) -> dict[str, ast.FunctionDef]:
        """The top-level functions of the program."""
        return {node.name: node for node in ast.parse(self._source).body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def _reached(self) -> set[str]:
        """The top-level functions that the loss uses, by itself or through others."""
        tops = self._functions
        reached, left = set[str](), [name for name in LOSS if name in tops]
        while left:
            name = left.pop()
            reached.add(name)
            used = {node.id for node in ast.walk(tops[name]) if isinstance(node, ast.Name)}
            left += [other for other in used if other in tops and other not in reached]
        return reached

    def _line(self, names: Collection[str]) -> int:
        """The first line of what computes the loss, else of the program, in which one of the names is called."""
        scopes = sorted(self._functions.values(), key=lambda node: node.name not in self._reached)
        calls = (node for scope in scopes for node in ast.walk(scope) if isinstance(node, ast.Call))
        return next((call.lineno for call in calls if called(call) in names), 0)


def samples(right: Subject) -> Iterator[tuple[Tensors, Tensors]]:
    """Outputs and targets to compare two losses on: the random probe, others of its kind, and zeros."""
    random = right.probes.random
    yield random, right.given
    for stream in (51, 52):
        shifted = (output + 0.5 * draws.noise(output, stream) for output in random)
        yield tuple(shifted), right.given
