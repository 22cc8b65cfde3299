"""Columns of each kind are told right, or the right question is asked."""

from __future__ import annotations

import pytest

from lossadvisor.labels.kinds import SETTLED
from tests.labels.draws import Case, cases, profile_of

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
