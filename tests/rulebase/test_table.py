"""Rows are matched by bitmasks; a rule gives way to impossible rows where it can."""

from __future__ import annotations

from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Modifier, Rule
from lossadvisor.rulebase.table import Table
from tests.rulebase.tables import INPUTS, matches, points, tables

A, B = ("a1", "a2", "a3"), ("b1", "b2")


def rule(key: str, when: dict[str, tuple[str, ...]], impossible: str = "") -> Rule:
    return Rule(key, "d", when, loss="" if impossible else key, impossible=impossible)


def table(*rules: Rule, tested: dict[str, set[str]] | None = None) -> Table:
    modifiers = [Modifier("m", {"b": ("b2",)}, "option", "why")]
    return Table({"a": A, "b": B}, rules, modifiers, tested=tested)


SMALL = table(rule("x", {"a": ("a1",)}), rule("y", {"a": ("a2",)}), rule("z", {"a": ("a3",)}, impossible="no"))


def test_answers_leave_the_rows_that_match() -> None:
    rows = SMALL.matching({"a": "a1", "b": "b2"})
    assert [row.id for row in SMALL.rules_in(rows)] == ["x"]
    assert [row.id for row in SMALL.modifiers_in(rows)] == ["m"]
    assert SMALL.modifiers_in(SMALL.matching({"b": "b1"})) == ()
    assert SMALL.matching({"a": "a1"}, rows=0b110) == 0
    assert [row.id for row in SMALL.rows] == ["x", "y", "z", "m"]


def test_a_choice_is_alive_if_it_leads_to_a_recommendation() -> None:
    assert SMALL.alive("a", SMALL.everything) == ["a1", "a2"]
    assert SMALL.alive("b", SMALL.matching({"a": "a3"})) == []


def test_a_question_tells_apart_what_its_live_choices_leave() -> None:
    assert SMALL.tells_apart("a", SMALL.everything)
    assert not SMALL.tells_apart("a", SMALL.matching({"a": "a1"}))
    assert SMALL.tells_apart("b", SMALL.everything)  # the modifier
    assert not SMALL.tells_apart("b", SMALL.all_rules)


def test_an_impossible_row_alone_makes_no_question_worth_asking() -> None:
    rows = table(rule("x", {"b": ("b1",)}), rule("no", {"a": ("a1",), "b": ("b2",)}, impossible="no"))
    assert not rows.tells_apart("a", rows.everything)


def test_rows_that_meet_a_part_of_the_grid() -> None:
    assert SMALL.meeting({"a": ("a1", "a3")}) & SMALL.all_rules == 0b101
    assert SMALL.meeting({"c": ("c1",)}) == SMALL.meeting({"a": ("a9",)}) == 0


TESTED = {"x": {"a"}, "y": set(), "no": {"a", "b"}, "all": {"a"}}


def test_an_open_question_takes_what_no_impossible_row_excludes() -> None:
    no = rule("no", {"a": ("a1", "a2"), "b": ("b2",)}, impossible="no")
    narrowed = table(rule("x", {"a": ("a1",)}), no, tested=TESTED)
    assert narrowed.rules[0].when == {"a": ("a1",), "b": ("b1",)}
    assert narrowed.alive("b", narrowed.everything) == ["b1"]


def test_a_question_that_a_rule_tests_itself_is_left_as_it_is() -> None:
    no = rule("no", {"a": ("a1",)}, impossible="no")
    assert table(rule("x", {"a": ("a1", "a2")}), no, tested=TESTED).rules[0].when == {"a": ("a1", "a2")}
    assert table(rule("y", {"a": ("a1", "a2")}), no, tested=TESTED).rules[0].when == {"a": ("a2",)}


def test_a_rule_is_not_narrowed_where_that_would_take_two_questions() -> None:
    no = rule("no", {"a": ("a1",), "b": ("b1",)}, impossible="no")
    assert table(rule("y", {}), no, tested=TESTED).rules[0].when == {}


def test_one_narrowed_question_lets_another_row_narrow_the_next() -> None:
    first = rule("no", {"a": ("a1",), "b": ("b1",)}, impossible="no")
    second = rule("all", {"a": ("a2", "a3")}, impossible="no")
    assert table(rule("y", {}), first, second, tested=TESTED).rules[0].when == {"a": ("a1",), "b": ("b2",)}


def test_without_tested_questions_nothing_is_narrowed() -> None:
    no = rule("no", {"a": ("a1", "a2"), "b": ("b2",)}, impossible="no")
    assert table(rule("x", {"a": ("a1",)}), no).rules[0].when == {"a": ("a1",)}


@given(tables())
def test_the_cells_are_the_grid_and_their_rows_match_every_point(rows: Table) -> None:
    seen = []
    for part, standing in rows.cells(over=rows.everything):
        for point in product(*(part.get(question, choices) for question, choices in INPUTS.items())):
            answers = dict(zip(INPUTS, point, strict=True))
            seen.append(point)
            assert rows.matching(answers) == standing
            assert {row.id for row in (*rows.rules_in(standing), *rows.modifiers_in(standing))} == {
                row.id for row in rows.rows if matches(row, answers)
            }
    assert sorted(seen) == sorted(points())


@given(tables(), st.data())
def test_narrowing_only_takes_what_an_impossible_row_excludes(rows: Table, data: st.DataObject) -> None:
    tested = {row.id: data.draw(st.sets(st.sampled_from([*INPUTS]))) for row in rows.rules}
    narrowed = Table(INPUTS, rows.rules, tested=tested)
    impossible = [row for row in rows.rules if row.impossible]
    for before, after in zip(rows.rules, narrowed.rules, strict=True):
        for point in points():
            answers = dict(zip(INPUTS, point, strict=True))
            if matches(before, answers) != matches(after, answers):
                assert any(matches(row, answers) for row in impossible)
    for answers in (dict(zip(INPUTS, point, strict=True)) for point in points()):
        assert [row.id for row in narrowed.rules_in(narrowed.matching(answers))] == [
            row.id for row in narrowed.rules if matches(row, answers)
        ]


@pytest.mark.parametrize("domain", RuleBase().domains)
def test_the_shipped_grids_are_covered_to_the_last_point(domain: str) -> None:
    shipped = RuleBase().table(domain)
    found = 0
    for part, standing in shipped.cells():
        rules, rows = shipped.rules_in(standing & shipped.possible), shipped.rules_in(standing)
        assert rows
        assert len(rules) == 0 or (len(rules) == 1 and rows == rules)
        found += prod(len(part.get(question, choices)) for question, choices in shipped.inputs.items())
    assert found == shipped.points
