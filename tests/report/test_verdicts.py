"""Verdicts in the terminal, as JSON and as JUnit say the same."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from lossadvisor.codegen.program import Program, Spec
from lossadvisor.proof.cell import Cell
from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, PASSED, Result, Verdict
from lossadvisor.report.data import verdict_data, verdicts_data
from lossadvisor.report.junit import junit
from lossadvisor.report.verdicts import show_matrix, show_sum, show_verdict

SPEC = Spec("cross_entropy", "multiclass", "mlp", "one-hot")
RESULTS = (
    Result("runs", PASSED, "loss 1.1 -> 0.2"),
    Result("order", FAILED, "a <perfect> prediction scores 1.46\x00", 31, "softmax twice", "take it out"),
    Result("bounds", NOT_CHECKED, "the loss has no bounds"),
    Result("shift", NOT_CHECKED, "the loss has no bounds"),
)
BAD = Verdict(Program("x = 1\n", SPEC, "train.py"), Cell(), RESULTS, 0.25)
GOOD = Verdict(Program("x = 1\n", SPEC), Cell(), RESULTS[:1], 0.25)
SILENT = Verdict(Program("x = 1\n", SPEC), Cell(), (Result("runs", NOT_CHECKED, "torchvision is not installed"),), 0.1)


def test_only_a_program_with_a_passed_check_and_no_failed_one_is_proven() -> None:
    assert (GOOD.passed, BAD.passed, SILENT.passed) == (True, False, False)
    assert (GOOD.word, BAD.word, SILENT.word) == (PASSED, FAILED, NOT_CHECKED)


def test_the_terminal_names_what_failed_where_and_what_was_not_checked(capsys: pytest.CaptureFixture[str]) -> None:
    show_verdict(BAD)
    out = capsys.readouterr().out
    assert "train.py on cpu" in out
    assert "failed: a <perfect> prediction scores 1.46" in out
    assert all(said in out for said in ("likely cause: softmax twice", "edit: take it out", "where: train.py:31"))
    assert "bounds, shift" in out
    assert "not proven: 1 passed, 1 failed, 2 not checked" in out


def test_the_sum_says_what_was_left_out_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    show_sum([GOOD, BAD, SILENT])
    out = capsys.readouterr().out
    assert "cpu: not checked: 1 programs: torchvision is not installed" in out
    assert "cpu: 1 programs proven, 1 failed, 1 not checked; 2 checks passed" in out


def test_several_cells_of_a_program_are_a_table_then_reasons_then_sums(capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = replace(BAD, cell=Cell("cuda", "bf16"), results=(Result("runs", NOT_CHECKED, "there is no cuda"),))
    show_matrix([BAD, replace(GOOD, cell=Cell(precision="bf16")), elsewhere])
    out = capsys.readouterr().out
    title, header, runs, order, *_ = out.splitlines()
    assert title == "train.py"
    assert header.split() == ["cpu", "cpu", "bf16", "cuda", "bf16"]
    assert runs.split() == ["runs", "✓", "✓", "·"]
    assert order.split() == ["order", "✗"]
    assert "cpu: bounds, shift: not checked: the loss has no bounds" in out
    assert "cuda bf16: all: not checked: there is no cuda" in out
    assert "cpu: not proven: 1 passed, 1 failed, 2 not checked" in out
    assert "cpu bf16: proven" in out


def test_json_has_each_check_with_status_message_cause_fix_and_line() -> None:
    data = verdict_data(BAD)
    assert data["verdict"] == "failed"
    assert data["checks"][1] == {
        "check": "order", "status": "failed", "message": "a <perfect> prediction scores 1.46\x00", "line": 31,
        "cause": "softmax twice", "fix": "take it out",
    }  # fmt: skip
    assert verdicts_data([GOOD], {})["programs"][0]["program"] == "multiclass/cross_entropy/mlp/one-hot"


def test_junit_counts_failures_and_left_out_checks_and_is_xml() -> None:
    suite = ET.fromstring(junit([BAD, GOOD]))[0]  # noqa: S314 - our own output
    assert suite.attrib["failures"] == "1"
    assert suite.attrib["skipped"] == "2"
    assert suite.attrib["name"] == "train.py (cpu)"
    assert suite[1][0].attrib["message"].startswith("a <perfect> prediction scores 1.46")
    assert suite[1][0].text == "likely cause: softmax twice\nedit: take it out\nline: 31"
