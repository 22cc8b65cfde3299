"""Columns of each kind are told right, or the right question is asked."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.errors import UserError
from lossadvisor.labels.kinds.judge import SETTLED
from lossadvisor.labels.records import KINDS
from lossadvisor.labels.tables.csvfiles import dialect_of
from tests.labels.draws import Case, cases, profile_of, profile_values

CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_a_column_is_told_or_asked_about(name: str) -> None:
    case: Case = CASES[name]
    told = profile_of(name, case)
    seen = f"{told.kind} {told.confidence} {told.rival} {told.evidence} {told.question}"
    if "is" in case:
        assert told.kind == case["is"], seen
        assert told.confidence > SETTLED, seen
        assert not told.question, seen
    else:
        assert [told.kind, told.rival] == case["asks"], seen
        assert bool(told.question) != case.get("silent", False), seen
        assert told.confidence <= SETTLED, seen
    for part in case.get("says", ()):
        assert part in told.question
    assert told.ignore == case.get("ignore", told.ignore if "asks" in case else None), seen
    assert bool(told.missing) == (case.get("lost", False) or "missing" in case or told.ignore is not None)
    if "order" in case:
        assert [each.value for each in told.classes] == case["order"]
    if "separator-is" in case:
        assert told.numbers["separator"] == case["separator-is"]


def test_there_are_at_least_eighty_columns() -> None:
    assert len(CASES) >= 80


@given(st.lists(st.one_of(st.none(), st.text(max_size=9), st.integers(), st.floats(), st.booleans()), min_size=1))
def test_any_values_are_told_asked_about_or_refused(values: list[object]) -> None:
    try:
        told = profile_values("y", values, source="y")
    except UserError:
        return
    assert told.kind in KINDS
    assert 0 <= told.confidence <= 1
    assert not told.question or told.confidence <= SETTLED
    assert not told.question or told.rival
    assert told.evidence
    json.dumps(told.numbers, allow_nan=False)


@given(st.text(max_size=60))
def test_any_text_has_a_dialect_or_is_refused(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "y.csv")
        path.write_text(text, encoding="utf-8", errors="replace")
        try:
            dialect = dialect_of(path)
        except UserError:
            return
    assert dialect.columns
    assert len(set(dialect.columns)) == len(dialect.columns)
