"""An edited program beside its twin: what its user may choose passes, whatever else changes the loss is found."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lossadvisor.codegen.program import Program
from lossadvisor.proof.cell import Settings
from lossadvisor.proof.run import prove
from lossadvisor.proof.verdict import PASSED, Result
from lossadvisor.rulebase.load import RuleBase
from tests.proof.sweep import programs

CHECK = "generated-value"
NUMBER = re.compile(r"^([A-Z][A-Z_]*) = (\d+\.\d+(?:e-?\d+)?)\b", re.MULTILINE)
SIZE = re.compile(r"^BATCH_SIZE = (\d+)", re.MULTILINE)
MAIN = 'if __name__ == "__main__":'
BASE = RuleBase()
EVERY = 6
"""One in so many programs is looked at."""


@pytest.fixture(scope="module")
def some() -> list[Program]:
    """One program for each loss and contract."""
    return programs(BASE, every=False, models=False)[::EVERY]


def found(edited: list[Program]) -> list[Result]:
    """What the check says of each."""
    verdicts = prove(BASE, edited, Settings(["cpu"], level="smoke"))
    return [next(result for result in verdict.results if result.check == CHECK) for verdict in verdicts]


def test_other_constants_are_the_users_to_choose(some: list[Program]) -> None:
    def chosen(source: str) -> str:
        source = NUMBER.sub(lambda match: f"{match[1]} = {0.9 * float(match[2])!r}", source)
        return SIZE.sub(lambda match: f"BATCH_SIZE = {int(match[1]) + 4}", source)

    edited = [replace(one, source=chosen(one.source) + "\nEND = 0\n", reference=one.source) for one in some]
    results = found(edited)
    assert [(one.spec, told) for one, told in zip(edited, results, strict=True) if told.status != PASSED] == []


def test_a_factor_is_found_in_each_term_and_told(some: list[Program]) -> None:
    edited = [tripled(one, name) for one in some for name in terms(one)]
    results = found(edited)
    assert [told.message for told in results if "3 times as much" not in told.message] == []


def terms(program: Program) -> list[str]:
    """The names of the terms that the program tells apart; "" for the whole."""
    return [term.name for term in BASE.loss(program.spec.loss).terms] if "def loss_terms" in program.source else [""]


def tripled(program: Program, term: str) -> Program:
    """The program, one of its terms three times as large."""
    name = "loss_terms" if term else "loss_fn"
    value = f"{{**found, {term!r}: 3 * found[{term!r}]}}" if term else "3 * found"
    edit = f"generated = {name}\n\ndef {name}(*tensors):\n    found = generated(*tensors)\n    return {value}\n\n{MAIN}"
    return replace(program, source=program.source.replace(MAIN, edit), reference=program.source)


def test_a_program_as_it_was_generated_is_not_compared_with_itself(some: list[Program]) -> None:
    same = replace(some[0], reference=some[0].source, source=some[0].source.replace("  # ", "  # as it was: "))
    (verdict,) = prove(BASE, [same], Settings(["cpu"], level="smoke"))
    assert CHECK not in [result.check for result in verdict.results]


def test_tensors_that_were_not_generated_are_not_compared() -> None:
    one = next(one for one in programs(BASE, every=False, models=False) if one.spec.contract == "multiclass")
    more = one.source.replace(
        "criterion = nn.CrossEntropyLoss()", "def criterion(logits, targets):\n    return logits.sum()"
    )
    (result,) = found([replace(one, source=more, reference=one.source.replace("criterion(", "nothing("))])
    assert result.status == "not checked"
    assert "does not take these tensors" in result.message
