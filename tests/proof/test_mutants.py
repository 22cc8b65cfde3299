"""Every wrong program fails, by the check that is there for it."""

from __future__ import annotations

import re
from pathlib import Path

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
MUTANTS = [mutant for path in FILES for mutant in yaml.safe_load(path.read_text(encoding="utf-8"))]


def mutate(base: RuleBase, mutant: dict[str, object]) -> Program:
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
def test_the_edit_of_a_mutant_applies(mutant: dict[str, object]) -> None:
    source = mutate(RuleBase(), mutant).source
    assert mutant["paste"] in source
    assert mutant["cut"] not in source.replace(str(mutant["paste"]), "")


def test_names_of_mutants_are_different() -> None:
    assert len({mutant["name"] for mutant in MUTANTS}) == len(MUTANTS)


def test_every_check_is_the_one_that_some_mutant_fails() -> None:
    assert set(CHECK_NAMES) - set(CELLS) == {mutant["killed-by"] for mutant in MUTANTS}
