"""Every wrong program fails, by the check that is there for it."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from lossadvisor.checknames import CELLS, CHECK_NAMES
from lossadvisor.codegen.program import Program, Spec, render
from lossadvisor.proof.cell import Settings
from lossadvisor.proof.limits import Limits
from lossadvisor.proof.run import prove
from lossadvisor.proof.verdict import FAILED, Verdict
from lossadvisor.rulebase.load import RuleBase

pytestmark = pytest.mark.torch
FILES = sorted(Path(__file__).with_name("mutants").glob("*.yaml"))
UNKILLABLE = yaml.safe_load(Path(__file__).with_name("unkillable.yaml").read_text(encoding="utf-8"))
"""Wrong programs that no check fails, each with the reason."""

MUTANTS = [mutant for path in FILES for mutant in yaml.safe_load(path.read_text(encoding="utf-8"))]


def mutate(base: RuleBase, mutant: dict[str, Any]) -> Program:
    of = dict(mutant["of"])
    contract = base.contract(of["contract"])
    spec = Spec(
        of.pop("loss"), of.pop("contract"), of.pop("model", ""), of.pop("target", next(iter(contract.stored))), **of
    )
    program = render(base, spec)
    return Program(program.source.replace(mutant["cut"], mutant["paste"]), spec, reference=program.source)


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    base = RuleBase()
    programs = [mutate(base, mutant) for mutant in MUTANTS]
    found = prove(base, programs, Settings(["cpu"]), limits=Limits(seconds=60, jobs=2))
    return {mutant["name"]: verdict for mutant, verdict in zip(MUTANTS, found, strict=True)}


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant["name"] for mutant in MUTANTS])
def test_a_wrong_program_fails_the_check_that_is_there_for_it_and_the_check_names_the_cause(
    verdicts: dict[str, Verdict], mutant: dict[str, str]
) -> None:
    failed = {result.check: result for result in verdicts[mutant["name"]].results if result.status == FAILED}
    assert mutant["killed-by"] in failed
    result = failed[mutant["killed-by"]]
    assert re.search(mutant["says"], f"{result.message} {result.cause}"), f"{result.message} | {result.cause}"


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant["name"] for mutant in MUTANTS])
def test_the_edit_of_a_mutant_applies(mutant: dict[str, Any]) -> None:
    source = mutate(RuleBase(), mutant).source
    assert mutant["paste"] in source
    assert mutant["cut"] not in source.replace(str(mutant["paste"]), "")


@pytest.mark.parametrize("mutant", UNKILLABLE, ids=[mutant["name"] for mutant in UNKILLABLE])
def test_a_mutant_that_is_called_unkillable_still_is(mutant: dict[str, Any]) -> None:
    base = RuleBase()
    (verdict,) = prove(base, [mutate(base, mutant)], Settings(["cpu"]))
    assert verdict.passed
    assert mutant["because"]


def test_the_kill_matrix_lists_every_mutant() -> None:
    text = (Path(__file__).parents[2] / "docs" / "kill-matrix.csv").read_text(encoding="utf-8")
    listed = {(row[0], row[1]) for row in csv.reader(text.splitlines()[1:])}
    assert listed == {
        (path.stem, mutant["name"]) for path in FILES for mutant in yaml.safe_load(path.read_text("utf-8"))
    }


def test_names_of_mutants_are_different() -> None:
    assert len({mutant["name"] for mutant in MUTANTS}) == len(MUTANTS)


def test_every_check_is_the_one_that_some_mutant_fails() -> None:
    assert set(CHECK_NAMES) - set(CELLS) == {mutant["killed-by"] for mutant in MUTANTS}
