"""The proof of a table agrees with counting every point of its grid."""

from __future__ import annotations

from math import prod
from time import perf_counter

import pytest
from hypothesis import given

from lossadvisor.rulebase import coverage
from lossadvisor.rulebase.coverage import Box
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Rule
from lossadvisor.rulebase.table import Table
from tests.rulebase.tables import INPUTS, matches, points, tables

Point = dict[str, str]


def inside(box: Box) -> list[Point]:
    return [point for point in every_point() if all(point[question] in box[question] for question in INPUTS)]


def every_point() -> list[Point]:
    return [dict(zip(INPUTS, point, strict=True)) for point in points()]


def matching(table: Table, point: Point) -> list[Rule]:
    return [row for row in table.rules if matches(row, point)]


@given(tables())
def test_the_gaps_are_the_points_without_a_row(table: Table) -> None:
    gaps = coverage.gaps(table)
    told = {tuple(point.values()) for gap in gaps for point in inside(gap.box)}
    assert told == {tuple(point.values()) for point in every_point() if not matching(table, point)}


@given(tables())
def test_a_gap_can_not_be_made_larger_and_its_near_rules_fail_in_one_question(table: Table) -> None:
    for gap in coverage.gaps(table):
        for question, choices in INPUTS.items():
            for choice in set(choices) - set(gap.box[question]):
                assert any(matching(table, point) for point in inside({**gap.box, question: (choice,)}))
        for rule, question in gap.near:
            assert not rule.impossible
            cells = {other: choices for other, choices in rule.when.items() if other != question}
            assert all(all(point[other] in choices for other, choices in cells.items()) for point in inside(gap.box))


@given(tables())
def test_the_overlaps_are_the_pairs_that_share_a_point(table: Table) -> None:
    told = {
        (pair.first.id, pair.second.id): {tuple(point.values()) for point in inside(pair.box)}
        for pair in coverage.overlaps(table)
    }
    expected: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for point in every_point():
        rows = matching(table, point)
        for i, first in enumerate(rows):
            for second in rows[i + 1 :]:
                if not (first.impossible and second.impossible):
                    expected.setdefault((first.id, second.id), set()).add(tuple(point.values()))
    assert told == expected


@given(tables())
def test_a_row_is_dead_if_no_point_is_its_own(table: Table) -> None:
    alone = {rows[0].id for point in every_point() if len(rows := matching(table, point)) == 1}
    dead = [*coverage.dead(table)]
    assert {row.id for row, _ in dead} == {row.id for row in table.rules} - alone
    for row, others in dead:
        mine = [point for point in every_point() if matches(row, point)]
        assert all(any(matches(other, point) for other in others) for point in mine)


@given(tables())
def test_a_modifier_is_idle_if_it_meets_no_rule(table: Table) -> None:
    useful = {
        row.id
        for row in table.modifiers
        for point in every_point()
        if matches(row, point) and any(not rule.impossible for rule in matching(table, point))
    }
    assert {row.id for row in coverage.idle(table)} == {row.id for row in table.modifiers} - useful


@given(tables())
def test_the_uncovered_parts_are_disjoint(table: Table) -> None:
    parts = [*coverage.uncovered(table, INPUTS, table.all_rules)]
    sizes = [prod(len(choices) for choices in part.values()) for part in parts]
    assert sum(sizes) == len({tuple(point.values()) for part in parts for point in inside(part)})


@pytest.mark.parametrize("domain", RuleBase().domains)
def test_the_proof_of_a_shipped_table_takes_milliseconds(domain: str) -> None:
    table = RuleBase().table(domain)
    seconds = []
    for _ in range(5):
        start = perf_counter()
        found = [*coverage.gaps(table), *coverage.overlaps(table), *coverage.dead(table), *coverage.idle(table)]
        seconds.append(perf_counter() - start)
        assert found == []
    assert min(seconds) < 0.05  # some 3 ms on an idle machine
