"""The proof of a table: no gap, no overlap, no dead row. Exact, over the whole grid, without enumerating it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_

from lossadvisor.rulebase.records import Modifier, Rule
from lossadvisor.rulebase.table import Table

Box = Mapping[str, tuple[str, ...]]
"""A part of the grid: for each question, the choices in it."""


@dataclass(frozen=True)
class Gap:
    """A part of the grid that no row covers, and the rules that one cell keeps from covering it: (rule, question)."""

    box: Box
    near: tuple[tuple[Rule, str], ...]


@dataclass(frozen=True)
class Overlap:
    """Two rows that may not both match, and the part of the grid where they do."""

    first: Rule
    second: Rule
    box: Box


def gaps(table: Table) -> list[Gap]:
    """The parts of the grid that no row covers, as few and as large as may be; together they are all of it."""
    found: list[Gap] = []
    for part in uncovered(table, table.inputs, table.all_rules):
        if not any(inside(part, gap.box) for gap in found):
            box = widen(table, part)
            found.append(Gap(box, tuple(near(table, box))))
    return found


def uncovered(table: Table, box: Box, rows: int) -> Iterator[Box]:
    """The parts of `box` that none of `rows` covers, disjoint."""
    questions = tuple(table.inputs)
    # The rows that hold for all choices of the questions from a position on: one of them covers whatever is left.
    everywhere = [-1]
    for question in reversed(questions):
        everywhere.append(reduce(and_, (table.masks[question][choice] for choice in box[question]), everywhere[-1]))
    everywhere.reverse()

    def search(position: int, standing: int, part: dict[str, tuple[str, ...]]) -> Iterator[Box]:
        if standing & everywhere[position]:
            return
        if not standing:
            yield {**box, **part}
            return
        question = questions[position]
        for mask, choices in table.groups(question, standing, box[question]).items():
            yield from search(position + 1, mask, {**part, question: choices})

    if all(box.values()):
        yield from search(0, rows, {})


def widen(table: Table, part: Box) -> Box:
    """A part without rows, with every choice added that keeps it so."""
    box = dict(part)
    for question, choices in table.inputs.items():
        elsewhere = table.meeting({other: box[other] for other in box if other != question}) & table.all_rules
        box[question] = tuple(choice for choice in choices if not table.masks[question][choice] & elsewhere)
    return box


def near(table: Table, box: Box) -> Iterator[tuple[Rule, str]]:
    """The rules that would cover `box` but for one question."""
    for rule in table.rules_in(table.possible):
        failing = [
            question for question, choices in box.items() if set(choices) - set(rule.when.get(question, choices))
        ]
        if len(failing) == 1:
            yield rule, failing[0]


def overlaps(table: Table) -> Iterator[Overlap]:
    """Each pair of rows that both match somewhere, unless both say that it is impossible."""
    for i, rule in enumerate(table.rules):
        for other in table.rules_in(table.meeting(rule.when) & -(2 << i)):
            if not (rule.impossible and other.impossible):
                yield Overlap(rule, other, common(table, rule, other))


def dead(table: Table) -> Iterator[tuple[Rule, tuple[Rule, ...]]]:
    """Each row that decides no part of the grid alone, and the rows that cover what it covers."""
    for i, rule in enumerate(table.rules):
        rows = table.meeting(rule.when) & table.all_rules & ~(1 << i)
        box = common(table, rule)
        if (rows or not all(box.values())) and next(uncovered(table, box, rows), None) is None:
            yield rule, tuple(table.rules_in(rows))


def idle(table: Table) -> Iterator[Modifier]:
    """Each modifier that applies to no recommendation."""
    for modifier in table.modifiers:
        if not table.meeting(modifier.when) & table.possible:
            yield modifier


def common(table: Table, *rows: Rule | Modifier) -> Box:
    """The part of the grid where all of `rows` match; a question without choices if there is none."""
    return {
        question: tuple(choice for choice in choices if all(choice in row.when.get(question, choices) for row in rows))
        for question, choices in table.inputs.items()
    }


def inside(part: Box, box: Box) -> bool:
    return all(set(choices) <= set(box[question]) for question, choices in part.items())
