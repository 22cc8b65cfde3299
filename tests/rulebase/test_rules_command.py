"""`lossadvisor rules check` as a command."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from lossadvisor.cli import rules
from lossadvisor.cli.rules import check_rules, line, summary
from lossadvisor.rulebase.check import examine
from lossadvisor.rulebase.load import RuleBase
from tests.rulebase.toybase import copy, toy, write

GAP = "domain: classification\nremove: [multiclass]\n"


def test_a_sound_base_is_told_on_stderr_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_rules(None, as_json=False) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("0 findings: ")
    assert "grid points covered" in err


def test_findings_are_printed_one_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_rules(write(tmp_path, {"questions.yaml": "a: [\n"}), as_json=False) == 1
    out, err = capsys.readouterr()
    assert out == f"{tmp_path}/questions.yaml:2:1: bad-yaml: not valid YAML: did not find expected node content\n"
    assert err.startswith("1 finding: ")
    assert "grid points" not in err


def test_findings_are_json_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_rules(write(tmp_path, {"tables/classification.yaml": GAP}), as_json=True) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == 1
    gap = next(finding for finding in data["findings"] if finding["code"] == "gap")
    assert gap["witness"].startswith("lossadvisor recommend --task ")
    assert gap.keys() == {"file", "line", "column", "code", "message", "witness"}


def test_a_sound_base_is_an_empty_list_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_rules(None, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {"schema": 1, "findings": []}


def test_the_summary_counts_what_was_proven_and_names_what_is_to_come() -> None:
    base = toy()
    first, second, third = summary(base, examine(base)).splitlines()
    assert first == (
        "0 findings: 5 files, 4 questions, 3 rules (2 impossible rows, 1 modifier), 12 grid points covered, 3 losses"
    )
    assert " ms: files " in second
    assert third == "no table yet: vision (draw)"


def test_the_summary_leaves_out_what_is_not_there(tmp_path: Path) -> None:
    base = RuleBase(shipped=copy(tmp_path, {"rules/questions.yaml": {"    draw: {say: Draw, domain: vision}\n": ""}}))
    assert "no table yet" not in summary(base, examine(base))


def test_files_inside_the_current_folder_are_told_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = copy(tmp_path, files={"rules/x.yaml": ""})
    monkeypatch.chdir(top)
    (finding,) = examine(RuleBase(shipped=top)).findings
    assert line(finding).startswith("rules/x.yaml:1:1: unread-file: ")
    assert rules.relative("/elsewhere/x.yaml") == "/elsewhere/x.yaml"


def test_the_witness_of_a_gap_is_a_command_that_shows_it(tmp_path: Path) -> None:
    folder = write(tmp_path, {"tables/classification.yaml": GAP})
    gap = next(finding for finding in examine(RuleBase(folder)).findings if finding.code == "gap")
    assert line(gap).endswith(f"[{gap.witness}]")
    code = "import sys; from lossadvisor.cli import main; sys.exit(main(sys.argv[1:]))"
    arguments = [sys.executable, "-c", code, *shlex.split(gap.witness)[1:], "--rules", str(folder)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "gap" in done.stderr or "contradict" in done.stderr
