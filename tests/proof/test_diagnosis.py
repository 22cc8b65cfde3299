"""A failure names its cause, the edit that takes it away, and the line; also where nothing is known of the edit."""

from __future__ import annotations

import re

import pytest
import torch

from lossadvisor.codegen.program import Program, Spec, render
from lossadvisor.proof.cell import Cell, Settings
from lossadvisor.proof.diagnosis import Doctor
from lossadvisor.proof.edits import HEAD, edits, nearest
from lossadvisor.proof.run import promise, prove
from lossadvisor.proof.subject import Subject
from lossadvisor.proof.verdict import FAILED, Result
from lossadvisor.proof.worker import load
from lossadvisor.rulebase.load import RuleBase

pytestmark = pytest.mark.torch
BASE = RuleBase()
CLASSES = render(BASE, Spec("cross_entropy", "multiclass", "mlp", "class-index"))
YES_NO = render(BASE, Spec("bce", "binary", "mlp", "class-index"))
CALL = "criterion(logits.float(), targets)"
OWN = """
import torch
from torch import Tensor, nn

DEVICE = "cpu"
MODEL = nn.Linear(8, 3)


def build_model():
    return nn.Linear(8, 3)


def batch():
    inputs = torch.randn(16, 8)
    return inputs, inputs[:, :3].argmax(dim=1)


def loss_fn(scores, labels):
    probabilities = nn.Softmax(dim=-1)(scores)
    return nn.functional.cross_entropy(probabilities, labels)


def predict(scores):
    return scores.argmax(dim=1)
"""


def failures(program: Program, *cuts: tuple[str, str], level: str = "smoke") -> dict[str, Result]:
    """The checks that fail of a program, edited."""
    source = program.source
    for cut, paste in cuts:
        assert cut in source
        source = source.replace(cut, paste)
    edited = Program(source, program.spec, "train.py", reference=program.reference or program.source)
    (verdict,) = prove(BASE, [edited], Settings(["cpu"], level=level))
    return {result.check: result for result in verdict.results if result.status == FAILED}


def line_of(program: Program, text: str) -> int:
    return next(number for number, line in enumerate(program.source.splitlines(), 1) if text in line)


@pytest.mark.parametrize(
    ("program", "paste", "check", "cause"),
    [
        (
            CLASSES,
            "criterion(logits.float().softmax(dim=1), targets)",
            "perfect-value",
            "softmax is applied",
        ),
        (CLASSES, "criterion(logits.float().relu(), targets)", "shift", "relu is applied"),
        (CLASSES, "criterion(logits.float(), (targets + 1) % 3)", "perfect-value", "off by one"),
        (CLASSES, "-criterion(logits.float(), targets)", "direction", "wrong sign"),
        (CLASSES, "criterion(logits.float(), targets) * len(targets)", "zero-value", r"sum over B \(16\)"),
        (CLASSES, "criterion(logits.float(), targets) / NUM_CLASSES", "zero-value", r"divided by C \(3\)"),
        (CLASSES, "criterion(logits.float(), targets) + 1", "zero-value", "a constant of 1"),
        (CLASSES, "criterion(logits.float(), targets.roll(1))", "perfect-value", "those of another sample"),
        (CLASSES, "criterion(logits.detach().float(), targets)", "scalar", "logits is cut off from the gradient"),
        (YES_NO, "criterion(logits.float().sigmoid(), targets)", "perfect-value", "sigmoid is applied"),
        (YES_NO, "criterion(logits.float(), 1 - targets)", "direction", "yes and no are swapped"),
        (YES_NO, "criterion(logits.float(), 2 * targets - 1)", "perfect-value", "-1 and .1"),
    ],
)
def test_the_cause_of_a_wrong_loss_is_found_from_its_values(
    program: Program, paste: str, check: str, cause: str
) -> None:
    result = failures(program, (CALL, paste))[check]
    assert re.search(cause, result.cause)
    assert result.fix == f"write `return {CALL}`, as it was generated, and not `return {paste}`"
    assert result.line == line_of(program, CALL)


def test_a_program_of_ones_own_gets_the_cause_and_the_line_without_any_text_in_common() -> None:
    own = Program(OWN, CLASSES.spec, reference=CLASSES.source)
    result = failures(own)["perfect-value"]
    assert result.cause == "softmax is applied to the prediction, which the loss wants as it is"
    assert OWN.splitlines()[result.line - 1].strip().startswith("probabilities")


def test_a_constant_that_was_changed_is_named() -> None:
    smoothed = render(BASE, Spec("cross_entropy_smoothed", "multiclass", "mlp", "class-index"))
    result = failures(smoothed, ("LABEL_SMOOTHING = 0.1", "LABEL_SMOOTHING = 0.9"))["perfect-value"]
    assert result.cause.startswith("LABEL_SMOOTHING is 0.9, and was generated as 0.1 (LABEL_SMOOTHING: ")
    assert result.line == line_of(smoothed, "LABEL_SMOOTHING = 0.1")


def test_a_step_that_is_gone_is_named() -> None:
    result = failures(CLASSES, ("        optimizer.step()\n", ""), level="full")["overfits"]
    assert "the optimizer never moves the parameters" in result.cause
    assert result.fix == "put back `optimizer.step()`"


def test_without_a_reference_a_failure_is_told_as_it_was_seen() -> None:
    source = CLASSES.source.replace(CALL, "criterion(logits.float().softmax(dim=1), targets)")
    (verdict,) = prove(BASE, [Program(source, CLASSES.spec)], Settings(["cpu"], level="smoke"))
    (failed,) = (result for result in verdict.results if result.status == FAILED)
    assert (failed.cause, failed.fix, failed.line) == ("", "", 0)


def test_edits_are_of_code_alone_and_know_their_function() -> None:
    before = '"""One."""\n# a remark\nX = 1\n\n\ndef f():\n    """Two."""\n    return X  # three\n'
    after = '"""Else."""\nX = 2\n\n\ndef f():\n    """Other."""\n    y = X\n    return y\n'
    first, second = edits(after, before)
    assert (first.line, first.now, first.before, first.scope) == (2, "X = 2", "X = 1", HEAD)
    assert (second.line, second.now, second.before, second.scope) == (7, "y = X; return y", "return X", "f")
    assert nearest([first, second], ["f"], 0) == second
    assert nearest([first, second], [], 2) == first
    assert edits(before, before) == []
    assert nearest([], ["f"], 1) is None


def test_a_slip_in_a_program_of_ones_own_is_found_from_its_values() -> None:
    smoothed = render(BASE, Spec("cross_entropy_smoothed", "multiclass", "mlp", "class-index"))
    source = OWN.replace("    probabilities = nn.Softmax(dim=-1)(scores)\n", "").replace(
        "cross_entropy(probabilities, labels)", "cross_entropy(scores, labels, label_smoothing=0.2)"
    )
    result = failures(Program(source, smoothed.spec, reference=smoothed.source))["perfect-value"]
    assert result.cause.startswith("LABEL_SMOOTHING counts twice")


def test_to_look_for_a_cause_draws_no_numbers() -> None:
    wrong = CLASSES.source.replace(CALL, "criterion(logits.float() + torch.rand(1), targets.roll(1))")
    job = promise(BASE, Program(wrong, CLASSES.spec, reference=CLASSES.source), Cell(), "smoke")
    subject, right = (Subject(load(text, "program.py"), job, Cell()) for text in (wrong, CLASSES.source))
    doctor = Doctor(subject, wrong, CLASSES.source, lambda _: right)
    before = torch.get_rng_state()
    assert doctor.diagnose("pairing", 0).fix
    assert torch.get_rng_state().equal(before)
