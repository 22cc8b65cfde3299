"""`lossadvisor plot curves`, as it is typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lossadvisor.cli import main

pytestmark = pytest.mark.torch


def curves(*arguments: str) -> int:
    return main(["plot", "curves", *arguments])


def test_losses_are_drawn_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    assert curves("mse", "huber", "--delta", "2") == 0
    out, err = capsys.readouterr()
    assert "● mse: the gradient grows in proportion to the distance" in out
    assert "■ huber (delta 2): " in out
    assert err == ""


def test_a_task_draws_its_recommendation_and_the_alternatives(capsys: pytest.CaptureFixture[str]) -> None:
    assert curves("--task", "multiclass", "--imbalance=severe", "--json", "--class-counts=900,90,10") == 0
    out, err = capsys.readouterr()
    pictures = json.loads(out)["pictures"]
    assert [curve["loss"] for curve in pictures[0]["curves"]][:2] == [
        "logit_adjusted_cross_entropy", "class_balanced_cross_entropy",
    ]  # fmt: skip
    assert [picture["axis"] for picture in pictures] == ["logit-margin", "rare-margin"]
    assert "left out: ldam" in err


def test_losses_of_a_task_are_chosen_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert curves("l1", "--task", "regression", "--json", "--axis", "residual") == 0
    assert [curve["loss"] for curve in json.loads(capsys.readouterr().out)["pictures"][0]["curves"]] == ["l1"]


def test_answers_come_from_a_file_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "answers.yaml").write_text("task: regression\n", encoding="utf-8")
    assert curves("--answers", str(tmp_path / "answers.yaml"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["pictures"][0]["axis"] == "residual"


def test_a_file_is_written_whole_and_only_over_another_if_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "a.svg"
    assert curves("mse", "-o", str(path)) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"wrote {path}\n"
    written = path.read_bytes()
    assert curves("mse", "-o", str(path)) == 2
    assert "--force" in capsys.readouterr().err
    assert curves("mse", "-o", str(path), "--force") == 0
    assert path.read_bytes() == written
    assert [*tmp_path.iterdir()] == [path]


def test_numbers_that_a_loss_cannot_take_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert curves("huber", "--delta", "0") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "huber can't be computed" in err
    assert "--delta 0" in err


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", "■"), ("ascii", "x"), ("latin-1", "x")])
def test_a_terminal_gets_what_it_can_show(encoding: str, mark: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "COLUMNS": "60", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "lossadvisor", "plot", "curves", "mse", "l1"]
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    lines = done.stdout.decode(encoding).splitlines()
    assert any(line.startswith(f"{mark} l1: the gradient keeps its size (1)") for line in lines)
    assert max(map(len, lines)) <= 60
    assert b"\x1b" not in done.stdout
