"""The table that a database and a file both hold, and what they must agree on."""

from __future__ import annotations

import pytest

from lossadvisor.labels.layouts.table import profile_table
from lossadvisor.labels.profile import Source
from lossadvisor.labels.tables.table import Table

MADE = """
    SELECT range AS id, CAST(hash(range) % 4 AS INTEGER) AS label, sqrt(range) AS x, 'text ' || range % 7 AS note,
        CASE WHEN range % 10 > 0 THEN range % 3 END AS gaps
    FROM range(1000)
"""
COLUMNS = [("label",), ("id",), ("x",), ("note",), ("gaps",), ("label", "x")]


def assert_same(there: Table, here: Table, columns: tuple[str, ...]) -> None:
    """Both tell the same of the columns."""
    seen, wanted = (profile_table(table, Source("t", columns)) for table in (there, here))
    for field in ("kind", "confidence", "rival", "classes", "rows", "missing"):
        assert getattr(seen, field) == getattr(wanted, field), field
    for number, value in wanted.numbers.items():
        if isinstance(value, float):
            assert seen.numbers[number] == pytest.approx(value, abs=1e-9), number


def count_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first rows are too few to tell from: all is counted by the database."""
    monkeypatch.setattr("lossadvisor.labels.tables.counting.LOOK", 100)
    monkeypatch.setattr("lossadvisor.labels.tables.counting.FEW", 20)
