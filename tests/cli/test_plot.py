"""`lossadvisor plot`, as it is typed."""

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


def test_what_a_program_says_does_not_mix_with_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["curves", "l1_perceptual"], ["landscape", "--task", "super-resolution", "--steps", "2"]):
        points = ["--points", "5"] if command[0] == "landscape" else []
        assert main(["plot", *command, *points, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["schema"] == 1


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


def landscape(*arguments: str) -> int:
    return main(["plot", "landscape", *arguments, "--points", "5"])


def test_the_landscape_of_a_task_is_drawn_in_two_planes(capsys: pytest.CaptureFixture[str]) -> None:
    assert landscape("--task", "multiclass", "--steps", "5") == 0
    out, err = capsys.readouterr()
    assert "cross_entropy, around" in out
    assert "cross_entropy, trajectory" in out
    assert "in the plane that holds" in out
    assert err == ""


def test_losses_are_compared_over_the_same_planes(capsys: pytest.CaptureFixture[str]) -> None:
    other = "generalized_cross_entropy"
    assert landscape("--task", "multiclass", "--steps", "5", "--compare", other, "--json") == 0
    around, along = json.loads(capsys.readouterr().out)["planes"]
    assert list(around["surfaces"]) == list(along["surfaces"]) == ["cross_entropy", other]
    assert [len(row) for row in around["surfaces"][other]] == [5] * 5
    assert around["xs"] == [-1.0, -0.5, 0.0, 0.5, 1.0]


def test_the_landscape_of_a_program_is_that_of_its_edited_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "train.py"
    assert main(["generate", "--task", "regression", "--no-prove", "-o", str(program)]) == 0
    capsys.readouterr()
    seen = []
    for factor in ("", "2 * "):
        source = program.read_text(encoding="utf-8").replace("return criterion(", f"return {factor}criterion(")
        (tmp_path / "edited.py").write_text(source.replace("STEPS = 300", "STEPS = 0"), encoding="utf-8")
        assert landscape(str(tmp_path / "edited.py"), "--json") == 0
        (surface,) = json.loads(capsys.readouterr().out)["planes"][0]["surfaces"].values()
        seen.append(surface[0][0])
    assert seen[1] == pytest.approx(2 * seen[0])


def test_the_toy_needs_no_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert landscape("--demo", "himmelblau", "--json") == 0
    (plane,) = json.loads(capsys.readouterr().out)["planes"]
    assert plane["path"][0] == [-4.5, 4.5]
    pytest.importorskip("matplotlib")
    assert landscape("--demo", "himmelblau", "-o", str(tmp_path / "toy.png")) == 0
    assert (tmp_path / "toy.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--task", "multiclass", "--compare", "mse"], ["mse takes something else than cross_entropy", "focal"]),
        (["--task", "multiclass", "--compare", "focl"], ["--compare", "unknown loss 'focl'"]),
    ],
)
def test_losses_that_do_not_fit_are_refused(
    arguments: list[str], says: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert landscape(*arguments) == 2
    err = capsys.readouterr().err
    assert [text for text in says if text not in err] == []


def test_a_program_that_lacks_a_name_says_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "train.py"
    main(["generate", "--task", "regression", "--no-prove", "-o", str(program)])
    program.write_text(program.read_text(encoding="utf-8").replace("def batch(", "def batches("), encoding="utf-8")
    capsys.readouterr()
    assert landscape(str(program)) == 2
    err = capsys.readouterr().err
    assert f"{program}: can't draw it: the program has no `batch`" in err
