"""Programs through torch.compile."""

from __future__ import annotations

import shutil

import pytest

from lossadvisor.codegen.program import Program, Spec, render
from lossadvisor.proof.cell import Settings
from lossadvisor.proof.run import prove
from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, PASSED
from lossadvisor.rulebase.load import RuleBase

pytestmark = pytest.mark.torch
BASE = RuleBase()
RIGHT = render(BASE, Spec("cross_entropy", "multiclass", "mlp", "class-index"))
COMPILED = Settings(["cpu"], compiled=True, level="smoke")


@pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a C++ compiler")
def test_a_right_program_passes_compiled_and_one_that_computes_something_else_then_fails() -> None:
    """The second halves its logits only where it is compiled."""
    halved = "logits.float() / (1 + torch.compiler.is_compiling())"
    other = RIGHT.source.replace("criterion(logits.float(), targets)", f"criterion({halved}, targets)")
    assert other != RIGHT.source
    found = prove(BASE, [RIGHT, Program(other, RIGHT.spec)], COMPILED)
    _, right, _, wrong = ({result.check: result for result in verdict.results} for verdict in found)
    assert {result.status for result in right.values()} == {PASSED}
    assert wrong["compiled"].status == FAILED
    assert "compiled, " in wrong["compiled"].message


def test_without_a_compiler_nothing_compiled_is_checked_and_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "/nowhere/c++")
    _, verdict = prove(BASE, [RIGHT], COMPILED)
    assert {result.status for result in verdict.results} == {NOT_CHECKED}
    assert "C++ compiler" in verdict.results[0].message
