"""The answers of the whole grid are committed: a changed rule shows as changed answers."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from pathlib import Path

import pytest

from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.snapshot import parts, snapshot
from lossadvisor.rulebase.table import Table
from tests.rulebase.toybase import copy, toy

SNAPSHOTS = Path(__file__).parent / "snapshot"
SHIPPED = RuleBase()


@pytest.mark.parametrize("domain", SHIPPED.domains)
def test_the_answers_of_the_whole_grid_are_the_committed_ones(
    domain: str, committed: Callable[[Path, str], None]
) -> None:
    committed(SNAPSHOTS / f"{domain}.txt", snapshot(SHIPPED, domain))


def test_every_committed_snapshot_has_a_table() -> None:
    assert sorted(path.stem for path in SNAPSHOTS.glob("*.txt")) == SHIPPED.domains


@pytest.mark.parametrize("domain", SHIPPED.domains)
def test_the_parts_of_a_snapshot_make_up_the_grid(domain: str) -> None:
    table = SHIPPED.table(domain)
    sizes = [prod(len(part.get(q, choices)) for q, choices in table.inputs.items()) for part, _ in parts(table)]
    assert sum(sizes) == table.points


def test_a_snapshot_reads_as_a_table() -> None:
    assert snapshot(toy(), "toy").splitlines() == [
        "# toy: 12 grid points",
        "# task / target / rarity",
        "sort / !floats / common -> sort-common: cross_entropy [classes]",
        "sort / !floats / rare -> sort-rare: focal [classes]",
        "sort / floats / * -> impossible: classes-are-no-numbers",
        "score / !floats / * -> impossible: numbers-are-no-classes",
        "score / floats / * -> score: mse [numbers]",
        "sort / * / rare -> +weights",
    ]


def test_gaps_and_overlaps_show(tmp_path: Path) -> None:
    top = copy(tmp_path, {"rules/tables/toy.yaml": {"[rare]": "[common]"}})
    lines = snapshot(RuleBase(shipped=top), "toy").splitlines()
    assert "sort / !floats / common -> sort-common: cross_entropy [classes], sort-rare: focal [classes]" in lines
    assert "sort / !floats / rare -> nothing: a gap" in lines


def test_a_table_without_rules_is_one_gap() -> None:
    assert [*parts(Table({"task": ("a", "b")}, []))] == [({}, 0)]
