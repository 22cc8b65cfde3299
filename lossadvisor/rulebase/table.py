"""A decision table matched by bitmasks: for each question, each choice maps to the set of rows that allow it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_

from lossadvisor.rulebase.records import Answers, Modifier, Rule

Part = dict[str, tuple[str, ...]]
"""A part of the grid: question id to the choices in it; a question that is absent is open."""


class Table:
    """The rows of one domain over its inputs (question id to the choices that exist here, in the order asked).

    A set of rows is an integer: bit i stands for row i, first the rules, then the modifiers. No rule may match where
    an impossible row does. With `tested` (rule id to the questions that the rule tests itself), a question that a
    rule leaves open takes only what no impossible row excludes, wherever one question alone is to be narrowed.
    """

    def __init__(
        self,
        inputs: Mapping[str, tuple[str, ...]],
        rules: Sequence[Rule],
        modifiers: Sequence[Modifier] = (),
        *,
        tested: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.inputs = inputs
        self.rules = tuple(rules)
        self.modifiers = tuple(modifiers)
        self.everything = (1 << len(self.rows)) - 1
        self.all_rules = (1 << len(rules)) - 1
        self.possible = sum(1 << i for i, rule in enumerate(rules) if not rule.impossible)
        self.masks = {question: masks(question, choices, self.rows) for question, choices in inputs.items()}
        if tested is not None:
            self._narrow(tested)

    @property
    def rows(self) -> tuple[Rule | Modifier, ...]:
        """All rows, in the order of their bits."""
        return (*self.rules, *self.modifiers)

    @property
    def deciding(self) -> int:
        """The rows that have a say in the outcome: all but the impossible ones."""
        return self.possible | self.everything & ~self.all_rules

    def _narrow(self, tested: Mapping[str, Collection[str]]) -> None:
        impossible = [row for row in self.rules if row.impossible]
        changed = True
        while changed:  # one narrowed question may leave a single one that another row can narrow
            changed = False
            for row in impossible:
                for i in bits(self.meeting(row.when) & self.possible):
                    changed |= self._exclude(row, i, tested)

    def _exclude(self, row: Rule, i: int, tested: Mapping[str, Collection[str]]) -> bool:
        """Whether rule `i` could be narrowed to where the impossible `row` does not match."""
        rule = self.rules[i]
        loose = {question: kept for question in row.when if (kept := self._outside(rule, question, row.when[question]))}
        if len(loose) != 1 or not loose.keys().isdisjoint(tested[rule.id]):
            return False
        self.rules = (*self.rules[:i], rule._replace(when={**rule.when, **loose}), *self.rules[i + 1 :])
        for question, kept in loose.items():
            for choice in self.inputs[question]:
                if choice not in kept:
                    self.masks[question][choice] &= ~(1 << i)
        return True

    def _outside(self, rule: Rule, question: str, choices: Collection[str]) -> tuple[str, ...]:
        """What `rule` takes for `question` besides `choices`."""
        taken = rule.when.get(question, self.inputs[question])
        return tuple(choice for choice in taken if choice not in choices and choice in self.inputs[question])

    def meeting(self, part: Mapping[str, Iterable[str]]) -> int:
        """The rows that match somewhere in a part of the grid."""
        standing = self._somewhere
        for question, choices in part.items():
            allowed = 0
            for choice in choices:
                allowed |= self.masks.get(question, {}).get(choice, 0)
            standing &= allowed
        return standing

    @cached_property
    def _somewhere(self) -> int:
        """The rows that match anywhere: whose every cell has a choice that exists here."""
        standing = self.everything
        for masks in self.masks.values():
            standing &= reduce(or_, masks.values(), 0)
        return standing

    def matching(self, answers: Answers, rows: int | None = None) -> int:
        """The rows that `answers` leave standing."""
        standing = self.everything if rows is None else rows
        for question, choice in answers.items():
            standing &= self.masks[question][choice]
        return standing

    def alive(self, question: str, rows: int) -> list[str]:
        """The choices of `question` that still lead to a recommendation."""
        rows &= self.possible
        return [choice for choice, mask in self.masks[question].items() if mask & rows]

    @cached_property
    def _met(self) -> dict[int, int]:
        """The bit of each modifier, and the rows that match somewhere where it does."""
        first = len(self.rules)
        return {1 << first + i: self.meeting(modifier.when) for i, modifier in enumerate(self.modifiers)}

    def reachable(self, rows: int) -> int:
        """`rows` without the modifiers that meet none of the rules among them, and so can never be on."""
        rules = rows & self.possible
        idle = sum(bit for bit, met in self._met.items() if not met & rules)
        return rows & ~idle

    def tells_apart(self, question: str, rows: int) -> bool:
        """Whether the choices of `question` that are alive select among `rows`, and so can change the outcome."""
        masks, rows = self.masks[question], self.reachable(rows) & self.deciding
        return len({masks[choice] & rows for choice in self.alive(question, rows)}) > 1

    def rules_in(self, rows: int) -> list[Rule]:
        """The rules among `rows`."""
        return [self.rules[i] for i in bits(rows & self.all_rules)]

    def modifiers_in(self, rows: int) -> tuple[Modifier, ...]:
        """The modifiers among `rows`."""
        return tuple(self.modifiers[i] for i in bits(rows >> len(self.rules)))

    def groups(self, question: str, rows: int, choices: Iterable[str] | None = None) -> dict[int, tuple[str, ...]]:
        """The choices of `question` (all of them by default), grouped by which of `rows` they leave standing."""
        found: dict[int, tuple[str, ...]] = {}
        for choice in self.inputs[question] if choices is None else choices:
            standing = self.masks[question][choice] & rows
            found[standing] = (*found.get(standing, ()), choice)
        return found

    def cells(self, *, over: int | None = None) -> Iterator[tuple[Part, int]]:
        """The whole grid, without enumerating it: each part whose points all match the same rows, and those rows.

        Depth-first over the questions; a question that no standing row tells apart stays open, so that one part
        stands for many points. `over` limits the rows (the rules alone by default).
        """
        yield from self._cells(tuple(self.inputs), self.all_rules if over is None else over, {})

    def _cells(self, questions: tuple[str, ...], rows: int, part: Part) -> Iterator[tuple[Part, int]]:
        for position, question in enumerate(questions):
            groups = self.groups(question, rows)
            if len(groups) > 1:
                for standing, choices in groups.items():
                    yield from self._cells(questions[position + 1 :], standing, {**part, question: choices})
                return
            rows = next(iter(groups), rows)
        yield part, rows

    @property
    def points(self) -> int:
        """How many combinations of answers there are."""
        from math import prod

        return prod(len(choices) for choices in self.inputs.values())


def masks(question: str, choices: Iterable[str], rows: Sequence[Rule | Modifier]) -> dict[str, int]:
    """Choice id to the rows that allow it."""
    found = dict.fromkeys(choices, 0)
    free = 0
    for i, row in enumerate(rows):
        cell = row.when.get(question)
        if cell is None:
            free |= 1 << i
            continue
        for choice in cell:
            if choice in found:
                found[choice] |= 1 << i
    return {choice: mask | free for choice, mask in found.items()}


def bits(rows: int) -> Iterator[int]:
    """The positions of the rows in a set of rows."""
    while rows:
        low = rows & -rows
        yield low.bit_length() - 1
        rows ^= low
