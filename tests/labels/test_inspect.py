"""`inspect`, `recheck`, and `recommend` and `generate` with labels: from a file to the answer."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lossadvisor.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line in an empty folder; gives the exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def started(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return started


def column(name: str, values: list[Any], *, file: str = "labels.csv") -> str:
    """A file with one column."""
    Path(file).write_text("\n".join([name, *map(str, values)]) + "\n", encoding="utf-8")
    return file


def drawn(choices: list[Any], weights: list[int], *, rows: int = 1000) -> list[Any]:
    return random.Random(0).choices(choices, weights, k=rows)  # noqa: S311


def animals(weights: tuple[int, ...] = (80, 15, 5)) -> str:
    return column("animal", drawn(["cat", "dog", "bird"], list(weights)))


def test_inspect_tells_profile_answers_and_recommendation(run: Run) -> None:
    code, out, _ = run("inspect", animals())
    assert code == 0
    for text in ("class names", "--task multiclass", "--imbalance moderate", "Left to ask", "Weighted cross-entropy"):
        assert text in out
    assert "lossadvisor generate --labels labels.csv -o train.py" in out


def test_inspect_tells_all_of_it_as_json(run: Run) -> None:
    code, out, _ = run("inspect", animals(), "--json")
    data = json.loads(out)
    assert code == 0
    assert data.keys() == {"schema", "profile", "answers", "open", "recommendation", "command"}
    assert data["schema"] == 1
    assert data["profile"]["kind"] == "class-name"
    assert {
        "question": "goal",
        "ask": "What matters most?",
        "choices": ["accuracy", "calibration", "softer", "margin"],
    } in (data["open"])
    assert data["recommendation"]["loss"]["id"] == "cross_entropy_weighted"
    assert data["command"] == "lossadvisor recommend --labels labels.csv"


def test_the_task_and_other_answers_may_be_given(run: Run) -> None:
    _, out, _ = run("inspect", animals(), "--task", "class-imbalance", "--goal", "calibration", "--json")
    data = json.loads(out)
    assert data["recommendation"]["loss"]["id"] == "cross_entropy"
    assert data["command"].endswith("--task class-imbalance --goal calibration --labels labels.csv")


def test_what_the_labels_cannot_tell_is_a_question(run: Run) -> None:
    file = column("stars", drawn([1, 2, 3, 4, 5], [5, 5, 10, 30, 50]))
    data = json.loads(run("inspect", file, "--json")[1])
    assert data["profile"]["question"]
    assert "order" in [open_["question"] for open_ in data["open"]]
    assert "order" not in [answer["question"] for answer in data["answers"]]
    assert "order" in data["recommendation"]["assumed"]
    sure = json.loads(run("inspect", file, "--kind", "ordinal", "--json")[1])
    assert {"order": "ordered"}.items() <= {each["question"]: each["choice"] for each in sure["answers"]}.items()
    assert "question" not in run("recommend", "--labels", file, "--kind", "ordinal")[2]


def test_a_task_that_the_labels_cannot_tell_is_asked_for(run: Run) -> None:
    file = column("y", drawn([0, 1, -1], [60, 30, 10]))
    code, out, _ = run("inspect", file, "--json")
    data = json.loads(out)
    assert (code, data["recommendation"], data["open"][0]["question"]) == (0, None, "task")
    assert "--kind" in run("inspect", file)[1]
    code, out, err = run("recommend", "--labels", file)
    assert (code, out) == (2, "")
    assert "the labels can't tell" in err
    assert "--kind" in err
    assert run("recommend", "--labels", file, "--task", "binary")[0] == 0


def test_what_is_no_target_is_a_finding(run: Run) -> None:
    file = column("y", [1] * 100)
    code, out, _ = run("inspect", file)
    assert code == 1
    assert "Nothing can be learned" in out
    data = json.loads(run("inspect", file, "--json")[1])
    assert (data["recommendation"], data["answers"], data["open"]) == (None, [], [])
    code, _, err = run("generate", "--labels", file)
    assert code == 2
    assert "nothing can be learned from a single value" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["inspect"], "which labels?"),
        (["recheck", "answers.yaml"], "which labels?"),
        (["recommend", "--column", "y"], "--labels FILE"),
        (["recommend", "--connect", "sqlite://x.db"], "--table NAME"),
        (["inspect", "labels.csv", "--kind", "ordinl"], "did you mean 'ordinal'"),
        (["inspect", "nowhere.csv"], "nowhere.csv"),
        (["generate", "--labels", "labels.csv", "--num-classes", "5", "--no-prove"], "--num-classes says 5"),
        (["recommend", "--labels", "labels.csv", "--strict"], "not answered"),
    ],
)
def test_bad_input_is_answered(run: Run, arguments: list[str], says: str) -> None:
    animals()
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert says in err


def test_generate_writes_the_numbers_of_the_labels(run: Run) -> None:
    animals()
    code, out, err = run("generate", "--labels", "labels.csv", "--no-prove")
    assert code == 0
    assert 'CLASS_NAMES = ["bird", "cat", "dog"]  # the place is the number of the class' in out
    assert "# samples of bird, cat, dog in labels.csv (animal)" in out
    assert "lossadvisor generate --labels labels.csv" in out
    assert "--imbalance moderate: class 'bird' has" in err


def test_names_in_another_order_take_their_counts_along(run: Run) -> None:
    animals()
    plain = run("generate", "--labels", "labels.csv", "--no-prove")[1]
    turned = run("generate", "--labels", "labels.csv", "--class-names", "dog,bird,cat", "--no-prove")[1]
    (counts,) = [
        json.loads(line.split("= ")[1].split("  #")[0]) for line in plain.splitlines() if "CLASS_COUNTS = " in line
    ]
    assert f"CLASS_COUNTS = {[counts[2], counts[0], counts[1]]}" in turned


def test_the_picture_goes_to_a_file(run: Run) -> None:
    pytest.importorskip("matplotlib")
    assert run("inspect", animals(), "--plot", "classes.svg")[0] == 0
    assert Path("classes.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")


def test_answers_are_saved_and_checked_again(run: Run) -> None:
    animals()
    assert run("inspect", "labels.csv", "--save-answers", "answers.yaml")[0] == 0
    code, out, _ = run("recheck", "answers.yaml", "--labels", "labels.csv")
    assert (code, out) == (0, "The recommendation is the same: Weighted cross-entropy.\n")


def test_labels_that_drift_are_told_with_the_reason(run: Run) -> None:
    animals()
    run("inspect", "labels.csv", "--save-answers", "answers.yaml")
    animals((980, 15, 5))
    code, out, _ = run("recheck", "answers.yaml", "--labels", "labels.csv")
    assert code == 1
    assert "imbalance was moderate, is severe: class 'bird' has" in out
    assert "was Weighted cross-entropy, and is Logit-adjusted cross-entropy" in out
    data = json.loads(run("recheck", "answers.yaml", "--labels", "labels.csv", "--json")[1])
    assert data["drifted"]
    assert (data["saved"], data["now"]) == ("cross_entropy_weighted", "logit_adjusted_cross_entropy")


def test_labels_in_another_format_are_drift(run: Run) -> None:
    column("y", drawn([0, 1, 2], [4, 3, 3]))
    Path("answers.yaml").write_text("task: multiclass\ntarget: class-index\n", encoding="utf-8")
    assert run("recheck", "answers.yaml", "--labels", "labels.csv")[0] == 0
    column("y", drawn([1, 2, 3], [4, 3, 3]))
    code, out, _ = run("recheck", "answers.yaml", "--labels", "labels.csv")
    assert code == 1
    assert "the same loss for class-values targets" in out


def test_labels_of_another_task_are_drift(run: Run) -> None:
    noise = random.Random(0)  # noqa: S311
    column("y", [round(noise.gauss(0, 1), 4) for _ in range(200)])
    Path("answers.yaml").write_text("task: preference\n", encoding="utf-8")
    code, out, _ = run("recheck", "answers.yaml", "--labels", "labels.csv")
    assert code == 1
    assert "don't fit the task 'preference' any more" in out
