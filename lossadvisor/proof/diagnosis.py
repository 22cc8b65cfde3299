"""Why a check failed: the likely cause, the edit that takes it away, and the line.

Known causes come from comparing the program with the one that was generated for the same loss and contract: its loss on
the same predictions, its constants, its text.
"""

from __future__ import annotations

import ast
import contextlib
import math
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import NamedTuple

from lossadvisor.proof import draws
from lossadvisor.proof.edits import HEAD, Edit, changed_calls, edits, nearest
from lossadvisor.proof.guesses import Found, alike, explain
from lossadvisor.proof.search import by_values, compared, named, variables
from lossadvisor.proof.subject import Subject, Tensors
from lossadvisor.proof.text import line_of_call, noted, notes, reached
from lossadvisor.proof.words import changed_words


class Cause(NamedTuple):
    """The likely reason of a failure, the edit that takes it away, and the line; "" and 0 where unknown."""

    cause: str = ""
    fix: str = ""
    line: int = 0


SCOPES = {"inference": ("predict",), "overfits": ("train",), "steps": ("train",), "contract": ("batch", "build_model")}
"""Where to look first, by check; elsewhere in what computes the loss."""


LEAST = 1e-4
"""The least gap between a value and the right one that a slip may explain."""
SHARE = 1e-3
"""How much of the gap may be left."""


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
        """Why `check` failed, at `line` if that is known; what is drawn to find out is drawn aside."""
        with draws.aside(self._subject.device):
            return self._diagnose(check, line)

    def _diagnose(self, check: str, line: int) -> Cause:
        found, changes = self._explained, self._edits
        edit = nearest(changes, self._scopes(check), line)
        cause, fix = "", ""
        if found and check not in SCOPES:
            cause, fix = found.cause, found.fix
            line = line or line_of_call(self._source, found.names)
        if edit is not None:
            cause = cause or self._slips.get(edit.scope, "") or self._constant(changes)
            cause = cause or ("" if check in SCOPES and edit.scope in SCOPES[check] else self._slip)
            cause = cause or changed_calls(edit) or changed_words(edit)
            return Cause(noted(cause, self._notes), edit.told(), line or edit.line)
        return Cause(cause or self._slip, fix, line)

    def _scopes(self, check: str) -> Collection[str]:
        return SCOPES.get(check, reached(self._source))

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
    def _notes(self) -> dict[str, str]:
        return notes(self._reference) if self._reference else {}

    @cached_property
    def _explained(self) -> Found | None:
        """What the loss does instead, if it can be told from its values."""
        right = self._right
        if right is None:
            return None
        with contextlib.suppress(Exception):
            return explain(self._values(self._subject), self._values(right), [*samples(right)], self._subject.sizes)
        return None

    @cached_property
    def _slips(self) -> dict[str, str]:
        """What the slip of the pen in each top-level function means, where one explains the text of it."""
        if not self._reference:
            return {}
        mine, wanted = (named(ast.parse(text)) for text in (self._source, self._reference))
        found = dict[str, str]()
        for name, before in wanted.items():
            causes = compared(mine[name], before, variables(before)) if name in mine and not name.isupper() else []
            if causes and all(causes):
                found.setdefault(HEAD if isinstance(before, ast.Assign) else name, causes[0])
        return found

    @cached_property
    def _slip(self) -> str:
        """The slip of the pen after which the right program would give the values of this one."""
        right = self._right
        if right is None:
            return ""
        mine, wanted = self._values(self._subject), self._values(right)
        with contextlib.suppress(Exception), right.not_compiled(), self._subject.not_compiled():
            probes = [*samples(right)]
            seen, expected = ([loss(*sample) for sample in probes] for loss in (mine, wanted))
            gaps = [abs(value - right) for value, right in zip(seen, expected, strict=True)]
            if not max(gaps) > LEAST or alike(seen, seen[:1] * len(seen)) or not all(map(math.isfinite, seen)):
                return ""

            def matches() -> bool:
                known = zip(seen, gaps, probes, strict=True)
                return all(abs(wanted(*probe) - value) <= near(value, gap) for value, gap, probe in known)

            return by_values(self._reference, reached(self._reference), vars(right.module), matches)
        return ""

    @staticmethod
    def _values(subject: Subject) -> Callable[[Tensors, Tensors], float]:
        def value(outputs: Tensors, targets: Tensors) -> float:
            draws.reseed()
            return subject.value(outputs, *targets)

        return value

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


def near(value: float, gap: float) -> float:
    """How near to a value another one must be that explains its gap to the right one."""
    return SHARE * gap + 1e-6 * (1 + abs(value))


def samples(right: Subject) -> Iterator[tuple[Tensors, Tensors]]:
    """Outputs and targets to compare two losses on: the random probe, others of its kind, and zeros."""
    random = right.probes.random
    yield random, right.given
    for stream in (51, 52):
        shifted = (output + 0.5 * draws.noise(output, stream) for output in random)
        yield tuple(shifted), right.given
