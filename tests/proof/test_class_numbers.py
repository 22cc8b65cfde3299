"""Programs with another number of classes than their thresholds are measured with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lossadvisor.codegen.offers import offers
from lossadvisor.codegen.program import Program, Spec, render
from lossadvisor.codegen.values import example_counts, example_names
from lossadvisor.proof.cell import Settings
from lossadvisor.proof.run import prove, usual_classes
from lossadvisor.proof.verdict import FAILED, NOT_CHECKED
from lossadvisor.rulebase.load import RuleBase

pytestmark = pytest.mark.torch
BASE = RuleBase()
CORAL = Spec("coral", "ordinal-shared", "mlp", "class-index", values={"num_classes": 10})


def with_classes(spec: Spec, number: int) -> Program:
    values = {"num_classes": number, "class_counts": example_counts(number), "class_names": example_names(number)}
    return render(BASE, replace(spec, values=values))


def test_right_programs_with_ten_classes_are_right() -> None:
    specs = {(spec.loss, spec.contract): spec for spec in offers(BASE) if not spec.library}
    programs = [with_classes(spec, 10) for spec in specs.values()]
    programs = [program for program in programs if "num_classes" not in program.unused]
    assert len(programs) > 80
    found = prove(BASE, programs, Settings(["cpu"]))
    failed = {(v.program.spec.loss, r.check): r.message for v in found for r in v.results if r.status == FAILED}
    assert not failed


def test_a_threshold_of_another_number_of_classes_is_not_held_against_what_learns_and_what_does_not_fails() -> None:
    right = render(BASE, CORAL)
    wrong = replace(right, source=right.source.replace("optimizer.step()", "pass"))
    assert wrong.source != right.source
    learned, still = (
        next(result for result in verdict.results if result.check == "overfits")
        for verdict in prove(BASE, [right, wrong], Settings(["cpu"]))
    )
    assert learned.status == NOT_CHECKED
    assert "is measured with 3 classes" in learned.message
    assert still.status == FAILED


def test_the_usual_number_of_classes_is_told_where_the_program_has_another() -> None:
    assert usual_classes(BASE, render(BASE, CORAL)) == 3
    usual = render(BASE, replace(CORAL, values={}))
    edited = usual.source.replace("NUM_CLASSES = 3", "NUM_CLASSES = 7")
    assert usual_classes(BASE, replace(usual, source=edited, reference=usual.source)) == 3
    assert usual_classes(BASE, replace(usual, reference=usual.source)) == 0
    assert usual_classes(BASE, usual) == 0
