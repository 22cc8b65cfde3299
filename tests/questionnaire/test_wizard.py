"""`lossadvisor` alone, from the first question to the proven program, in a pseudo-terminal and without one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lossadvisor.questionnaire.answersfile import read_answers
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase

if TYPE_CHECKING:
    from tests.questionnaire.pseudoterminal import Terminal

    Start = Callable[..., Terminal]

MAIN = "import sys; from lossadvisor.cli import main; sys.exit(main())"
LABELS = "Do you have the labels in a file?"
TASK = "What is the task?"
WRITE = "Write the program?"


@pytest.fixture
def wizard(terminal: Start, tmp_path: Path) -> Start:
    def start(*arguments: str, labels: str = "No", **settings: object) -> Terminal:
        screen = terminal(MAIN, *arguments, folder=tmp_path, **{"rows": 100, **settings})
        if labels:
            screen.choose(LABELS, labels)
        return screen

    return start


def finish(screen: Terminal) -> None:
    """Be unsure about everything that is asked, up to the recommendation."""
    while True:
        screen.until(lambda: bool(screen.asked), "a question")
        ask = screen.asked
        if ask == WRITE:
            return
        screen.press("Up")
        screen.until(lambda: screen.pointed_at.startswith("Not sure"), "not sure")
        screen.press("Enter")
        screen.until(lambda ask=ask: screen.asked != ask, "the next question")  # type: ignore[misc]


def command(screen: Terminal) -> str:
    """The command that the wizard prints at its end."""
    return screen.see("The same without questions:").split("The same without questions:\n  ")[1]


@pytest.mark.torch
def test_from_the_first_question_to_the_proven_program(wizard: Start, tmp_path: Path) -> None:
    screen = wizard(columns=250)
    screen.choose(TASK, "One class per sample")
    finish(screen)
    screen.see("Cross-entropy", WRITE)
    screen.choose(WRITE, "Yes")
    screen.see("Write it to: train.py")
    screen.press(*["Backspace"] * len("train.py"), "mine.py", "Enter")
    assert screen.end() == 0
    assert "proven: " in screen.text
    assert command(screen).startswith("lossadvisor generate --task multiclass ")
    assert command(screen).endswith(" -o mine.py")
    assert "\n    " + command(screen) in (tmp_path / "mine.py").read_text()


@pytest.mark.torch
def test_the_curves_of_the_losses_on_offer_are_shown_before_the_program(wizard: Start) -> None:
    screen = wizard(columns=130, rows=140)
    screen.choose(TASK, "One class per sample")
    finish(screen)
    screen.choose(WRITE, "Show the curves first")
    screen.see("logit-margin: logit of what is right above the rest", "● cross_entropy: ")
    screen.see("lossadvisor plot curves --task multiclass")
    screen.choose(WRITE, "No")
    assert screen.end() == 0


@pytest.mark.torch
def test_a_page_is_written_before_the_program_and_its_command_told(wizard: Start, tmp_path: Path) -> None:
    screen = wizard(columns=250, rows=140)
    screen.choose(TASK, "One class per sample")
    finish(screen)
    screen.choose(WRITE, "Write a page of all this first")
    screen.see("Write it to: page.html")
    screen.press(*["Backspace"] * len("html"), "txt", "Enter")
    screen.see("end the name in .html")
    screen.press(*["Backspace"] * len("txt"), "html", "Enter")
    screen.see("wrote page.html", " -o page.html")
    screen.choose(WRITE, "No")
    assert screen.end() == 0
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<strong class="passed">proven</strong>' in text
    assert [*tmp_path.iterdir()] == [tmp_path / "page.html"]


def test_without_a_program_the_command_recommends(wizard: Start, tmp_path: Path) -> None:
    screen = wizard(columns=250)
    screen.choose(TASK, "One class per sample")
    finish(screen)
    screen.choose(WRITE, "No")
    assert screen.end() == 0
    words = command(screen).split()
    answers = dict(zip((word.removeprefix("--") for word in words[2::2]), words[3::2], strict=True))
    assert words[:2] == ["lossadvisor", "recommend"]
    assert decide(RuleBase(), answers).rule == decide(RuleBase(), {"task": "multiclass"}).rule
    assert list(tmp_path.iterdir()) == []


def test_back_from_the_end_asks_again(wizard: Start) -> None:
    screen = wizard()
    screen.choose(TASK, "One class per sample")
    finish(screen)
    screen.press("Shift-Tab")
    screen.until(lambda: screen.asked not in ("", WRITE), "the last question again")
    assert screen.pointed_at.startswith("Not sure")
    screen.press("Enter")
    screen.until(lambda: screen.asked == WRITE, "the end again")


def test_an_existing_file_is_overwritten_only_if_wanted(wizard: Start, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("mine")
    screen = wizard()
    screen.choose(TASK, "One class per sample")
    finish(screen)
    screen.choose(WRITE, "Yes")
    screen.see("Write it to: train.py")
    screen.press("Enter")
    screen.choose("train.py exists already.", "Choose another name")
    screen.until(lambda: screen.text.splitlines()[-1] == "? Write it to: train.py", "the name again")
    screen.press("/x", "Enter")
    screen.see("is a file, not a folder")
    screen.press("Backspace", "Backspace", "Enter")
    screen.choose("train.py exists already.", "Overwrite it")
    screen.see("wrote train.py")
    screen.press("Ctrl-C")  # the proof is left out here
    screen.end()
    assert "nn.CrossEntropyLoss" in (tmp_path / "train.py").read_text()


@pytest.mark.parametrize("place", [TASK, WRITE, "Write it to:"])
def test_ctrl_c_leaves_cleanly_everywhere(wizard: Start, tmp_path: Path, place: str) -> None:
    screen = wizard()
    screen.see(TASK, "Ctrl-C: quit")
    if place != TASK:
        screen.choose(TASK, "One class per sample")
        finish(screen)
    if place == "Write it to:":
        screen.choose(WRITE, "Yes")
        screen.see("Write it to: train.py")
    screen.press("Ctrl-C")
    assert screen.end() == 130
    assert screen.modes_after == screen.modes_before
    assert not screen.screen.cursor.hidden
    assert screen.text.splitlines()[-1] == "stopped"
    assert "Traceback" not in screen.text
    assert list(tmp_path.iterdir()) == []


def test_answers_are_saved_and_read_again(wizard: Start, tmp_path: Path) -> None:
    screen = wizard("--save-answers", "answers.yaml")
    screen.choose(TASK, "One class per sample")
    finish(screen)
    screen.choose(WRITE, "No")
    assert screen.end() == 0
    base = RuleBase()
    saved = read_answers(tmp_path / "answers.yaml", base=base)
    assert decide(base, saved, strict=True).rule == decide(base, {"task": "multiclass"}).rule
    screen = wizard("--answers", "answers.yaml", labels="")
    screen.see("? What is the task? One class per sample", WRITE)


def test_a_place_for_the_answers_is_checked_before_the_questions(wizard: Start, tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("task: multiclass\n")
    screen = wizard("--save-answers", "answers.yaml", labels="")
    assert screen.end() == 2
    assert "answers.yaml: the file exists already" in screen.text
    assert TASK not in screen.text


def test_a_narrow_terminal_will_do(wizard: Start) -> None:
    screen = wizard(columns=40, rows=60)
    screen.choose(TASK, "One class per sample")
    finish(screen)
    screen.choose(WRITE, "No")
    assert screen.end() == 0
    assert "lossadvisor recommend" in command(screen)


def test_a_locale_without_utf_8_will_do(wizard: Start) -> None:
    screen = wizard(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    screen.choose(TASK, "One class per sample")
    finish(screen)
    screen.choose(WRITE, "No")
    assert screen.end() == 0
    assert screen.raw.isascii()


# Labels in a file.


def tree(folder: Path, **classes: int) -> None:
    """A folder of images for each class."""
    for name, samples in classes.items():
        (folder / "train" / name).mkdir(parents=True)
        for number in range(samples):
            (folder / "train" / name / f"{number}.png").touch()


def test_labels_answer_and_the_rest_is_asked(wizard: Start, tmp_path: Path) -> None:
    tree(tmp_path, cat=40, dog=22, horse=3)
    screen = wizard(columns=250, labels="Yes")
    screen.see("The file or folder:")
    screen.press("train", "Enter")
    screen.see("class names", "--imbalance moderate")
    finish(screen)
    assert TASK + " One class per sample" in screen.text
    screen.see("Weighted cross-entropy")
    screen.choose(WRITE, "No")
    assert screen.end() == 0
    assert command(screen).split()[:4] == ["lossadvisor", "recommend", "--goal", "accuracy"]
    assert command(screen).split()[-2:] == ["--labels", "train"]


def test_labels_that_cannot_be_read_are_asked_for_again(wizard: Start, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    screen = wizard(labels="Yes")
    screen.see("The file or folder:")
    screen.press("empty", "Enter")
    screen.choose(LABELS, "No")
    screen.see(TASK)


# Without a terminal.


def piped(*arguments: str, folder: Path, **streams: int) -> subprocess.CompletedProcess[str]:
    settings = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-c", MAIN, *arguments], cwd=folder, text=True, check=False, timeout=60, **settings
    )


def test_without_a_terminal_the_task_must_be_named(tmp_path: Path) -> None:
    done = piped(folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the questions need a terminal; without one, name the task" in done.stderr
    assert "lossadvisor recommend --task multiclass" in done.stderr


def test_without_a_terminal_open_questions_are_named_with_their_values(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("task: multiclass\n")
    done = piped("--answers", "answers.yaml", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the questions need a terminal; not answered: " in done.stderr
    assert "--target class-index|" in done.stderr


def test_a_pipe_at_one_end_is_no_terminal(terminal: Start, tmp_path: Path) -> None:
    code = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', {MAIN!r}], stdout=-1).returncode)"
    screen = terminal(code, folder=tmp_path)
    assert screen.end() == 2
    assert "the questions need a terminal" in screen.text


def test_a_closed_input_is_no_terminal(terminal: Start, tmp_path: Path) -> None:
    screen = terminal(
        "import sys; sys.stdin = None; from lossadvisor.cli import main; sys.exit(main())", folder=tmp_path
    )
    assert screen.end() == 2
    assert "the questions need a terminal" in screen.text


def test_without_a_terminal_complete_answers_suffice(tmp_path: Path) -> None:
    answers = decide(RuleBase(), {"task": "multiclass"}).answers
    (tmp_path / "answers.yaml").write_text("".join(f"{question}: {choice}\n" for question, choice in answers.items()))
    done = piped("--answers", "answers.yaml", "--save-answers", "again.yaml", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Cross-entropy" in done.stdout
    assert "\x1b" not in done.stdout
    assert read_answers(tmp_path / "again.yaml") == answers


def test_a_bad_answers_file_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("task: multiclas\n")
    done = piped("--answers", "answers.yaml", folder=tmp_path)
    assert done.returncode == 2
    assert "answers.yaml:1:7: unknown choice for task: 'multiclas'" in done.stderr
    assert "did you mean 'multiclass'?" in done.stderr


def test_the_rules_of_a_folder_are_checked_before_the_questions(wizard: Start) -> None:
    for screen in (wizard("--rules", "mine", labels=""), wizard(LOSSADVISOR_RULES="mine", labels="")):
        assert screen.end() == 2
        assert "mine: there is no such folder of rules" in screen.text


def test_nothing_heavy_is_imported_before_the_first_question(terminal: Start) -> None:
    code = """
import sys
from lossadvisor.questionnaire import terminal
def choose(menu):
    heavy = ("torch", "rich", "questionary", "prompt_toolkit", "jsonschema", "typer")
    print("before:", sorted(name for name in heavy if name in sys.modules))
    raise SystemExit(0)
terminal.choose = choose
from lossadvisor.cli.wizard import wizard
wizard()
"""
    screen = terminal(code)
    assert screen.end() == 0
    assert "before: []" in screen.text
