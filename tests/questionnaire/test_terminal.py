"""The questions in a real terminal: a pseudo-terminal, with the screen as a user sees it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lossadvisor.questionnaire import terminal as front
from lossadvisor.questionnaire.menu import Menu

if TYPE_CHECKING:
    from tests.questionnaire.pseudoterminal import Terminal

    Start = Callable[..., Terminal]

INTERVIEW = """
import json, sys
from pathlib import Path
from lossadvisor.questionnaire import interview, terminal
from lossadvisor.rulebase.load import RuleBase
base = RuleBase(Path(sys.argv[1]))
try:
    steps = interview.conduct(base, (), terminal.asker(base))
except KeyboardInterrupt:
    sys.exit(130)
terminal.show_answers(base, steps)
print("answers:", json.dumps(interview.sure(steps)), "torch" in sys.modules, "rich" in sys.modules)
"""
TEXT = """
import sys
from lossadvisor.questionnaire import terminal
try:
    print("name:", terminal.ask_text("File?", "train.py", lambda text: "no spaces" if " " in text else ""))
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.fixture
def interview(terminal: Start, toy: Path) -> Start:
    return lambda **settings: terminal(INTERVIEW, str(toy), **settings)


def said(screen: Terminal) -> dict[str, str]:
    """The answers that the program printed at its end."""
    line = next(line for line in screen.text.splitlines() if line.startswith("answers: "))
    answers: dict[str, str] = json.loads(line.removeprefix("answers: ").rsplit("}", 1)[0] + "}")
    return answers


def test_forwards_to_the_end(interview: Start) -> None:
    screen = interview()
    screen.choose("What grows there?", "A fruit")
    screen.choose("How ripe is it?", "Green")
    screen.choose("How is it kept?", "In a jar")
    assert screen.end() == 0
    assert screen.text.splitlines() == [
        "? What grows there? A fruit",
        "? How ripe is it? Green",
        "? How is it kept? In a jar",
        'answers: {"task": "fruit", "ripeness": "green", "target": "jar"} False False',
    ]


def test_the_first_screen_shows_all_tasks_under_their_domains(interview: Start) -> None:
    screen = interview()
    assert screen.see("Ctrl-C: quit").splitlines() == [
        "? What grows there?",
        "   Garden",
        " »   A fruit",
        "     A berry",
        "     A ghost",
        "   Sea",
        "     A herring",
        "   Quarry (no rules yet)",
        "     A stone",
        "Sweet.",
        "Enter: choose  ?: explain  Ctrl-C: quit",
    ]
    assert screen.screen.cursor.hidden


def test_the_pointer_goes_round_and_skips_headings(interview: Start) -> None:
    screen = interview()
    screen.see("Ctrl-C: quit")
    screen.press("Up")
    screen.until(lambda: screen.pointed_at == "A stone", "A stone")
    screen.press("Up", "k", "\x10", "\x0e", "j")
    screen.until(lambda: screen.pointed_at == "A herring", "A herring")
    screen.press("Ctrl-C")
    assert screen.end() == 130


@pytest.mark.parametrize("key", ["Shift-Tab", "Left"])
def test_back_and_a_change_of_mind(interview: Start, key: str) -> None:
    screen = interview()
    screen.choose("What grows there?", "A fruit")
    screen.choose("How ripe is it?", "Ripe")
    screen.choose("How big is it?", "Small")
    screen.see("? How is it kept?")
    screen.press(key)
    screen.see("? What grows there? A fruit", "? How ripe is it? Ripe", "? How big is it?", gone=["kept"])
    assert screen.pointed_at == "Small"
    screen.press(key)
    screen.see("? What grows there? A fruit", "? How ripe is it?", gone=["How big"])
    assert screen.pointed_at == "Ripe"
    screen.choose("How ripe is it?", "Green")
    screen.choose("How is it kept?", "In a crate")
    assert screen.end() == 0
    assert screen.text.splitlines()[:3] == [
        "? What grows there? A fruit",
        "? How ripe is it? Green",
        "? How is it kept? In a crate",
    ]


def test_later_answers_that_fit_no_more_are_dropped_and_named(interview: Start) -> None:
    screen = interview()
    for ask, answer in (("What", "A fruit"), ("How ripe", "Ripe"), ("How big", "Small"), ("How is it", "In a crate")):
        screen.choose(ask, answer)
    screen.see("? Shall it shine?")
    screen.press("Shift-Tab", "Shift-Tab")
    screen.see("? How big is it?", gone=["shine", "kept"])
    screen.choose("How big is it?", "Big")
    screen.see("Dropped, because it fits no more: target.", "? Shall it shine?", "? How big is it? Big")
    screen.press("Enter")
    assert screen.end() == 0
    assert said(screen) == {"task": "fruit", "ripeness": "ripe", "size": "big", "polish": "plain"}


def test_back_does_nothing_at_the_first_question(interview: Start) -> None:
    screen = interview()
    screen.see("Ctrl-C: quit")
    screen.press("Shift-Tab", "Left", "Down")
    screen.until(lambda: screen.pointed_at == "A berry", "A berry")
    assert "Shift-Tab" not in screen.text


def test_a_question_mark_explains_and_returns(interview: Start) -> None:
    screen = interview()
    screen.choose("What grows there?", "A fruit")
    before = screen.see("? How ripe is it?", "Soft.", "Ctrl-C: quit", gone=["Sweet."])
    screen.press("?")
    screen.see("Green ones need time.", "Ripe: Soft.", "Leads to: eat, cook.", "Green -> wait")
    screen.press("Down")
    screen.see("Green: Hard.", "Leads to: wait.")
    screen.press("Up", "?")
    screen.see("Soft.", gone=["Green ones need time.", "Leads", "->"])
    assert screen.text == before


def test_not_sure_takes_the_stated_default(interview: Start) -> None:
    screen = interview()
    screen.choose("What grows there?", "A berry")
    screen.choose("How is it kept?", "Not sure (takes: In a crate)")
    screen.choose("Shall it shine?", "Not sure (takes: Waxed)")
    assert screen.end() == 0
    assert said(screen) == {"task": "berry"}
    assert "? Shall it shine? Not sure: Waxed" in screen.text


def test_a_task_without_rules_says_so_and_asks_again(interview: Start) -> None:
    screen = interview()
    screen.point("A stone")
    screen.press("Enter")
    screen.see("There are no rules for stone yet. Choose another task.", "Ctrl-C: quit")
    assert screen.pointed_at == "A stone"
    screen.press("Up")
    screen.until(lambda: screen.pointed_at == "A herring", "A herring")
    screen.press("Enter")
    screen.see("? How deep does it swim?", gone=["no rules"])


@pytest.mark.parametrize("key", ["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("program", [INTERVIEW, TEXT])
def test_leaving_restores_the_terminal(terminal: Start, toy: Path, *, program: str, key: str) -> None:
    screen = terminal(program, str(toy))
    if program == TEXT:
        screen.see("train.py")
        screen.press(*["Backspace"] * 8)  # Ctrl-D leaves an empty line only, as in a shell
        screen.see("? File?", gone=["train.py"])
    else:
        screen.choose("What grows there?", "A fruit")
        screen.see("? How ripe is it?", "Ctrl-C: quit")
    assert screen.modes() != screen.modes_before
    screen.press(key)
    assert screen.end() == 130
    assert screen.modes_after == screen.modes_before
    assert not screen.screen.cursor.hidden
    assert "Traceback" not in screen.text
    assert screen.text.splitlines()[1:] == []


def test_an_interrupt_from_elsewhere_is_a_ctrl_c(interview: Start) -> None:
    screen = interview()
    screen.see("Ctrl-C: quit")
    os.kill(screen.child.pid, signal.SIGINT)
    assert screen.end() == 130
    assert screen.text == ""


@pytest.mark.parametrize("columns", [20, 40])
def test_a_narrow_terminal_loses_nothing_but_words(interview: Start, columns: int) -> None:
    screen = interview(columns=columns, rows=30)
    screen.choose("What grows there?", "A fruit")
    screen.choose("How ripe is it?", "Ripe")
    screen.see("? How big is it?")
    screen.press("?")
    screen.see("Small: Fits a hand")
    screen.point("Big, bigger")
    screen.see("Big ones need", "Fits a cart")
    assert any(line.startswith(" »") and line.endswith("...") for line in screen.text.splitlines())
    screen.press("Enter")
    screen.see("? size Big, bigg", "...", "? Shall it shine?")
    screen.press("Enter")
    assert screen.end() == 0


def test_a_low_terminal_shows_the_pointer(interview: Start) -> None:
    screen = interview(rows=6)
    screen.see("? What grows there?")
    screen.press(*["Down"] * 4)
    screen.until(lambda: screen.pointed_at == "A stone", "A stone")


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
    ],
)
def test_a_locale_without_utf_8_gets_a_plain_pointer(interview: Start, environment: dict[str, str]) -> None:
    screen = interview(**environment)
    assert " >   A fruit" in screen.see("? What grows there?", "Ctrl-C: quit")
    screen.choose("What grows there?", "A fruit")
    screen.choose("How ripe is it?", "Green")
    screen.choose("How is it kept?", "In a jar")
    assert screen.end() == 0
    assert screen.raw.isascii()


def test_no_color_means_none(interview: Start) -> None:
    screen = interview(NO_COLOR="1")
    screen.see("? What grows there?", "Ctrl-C: quit")
    assert not any(f"\x1b[{kind}8;".encode() in screen.raw or f";{kind}8;".encode() in screen.raw for kind in "34")
    assert {cell.fg for row in screen.screen.buffer.values() for cell in row.values()} == {"default"}


@pytest.mark.parametrize("kind", ["dumb", "vt100", "unheard-of"])
def test_any_kind_of_terminal_will_do(interview: Start, kind: str) -> None:
    screen = interview(TERM=kind)
    screen.choose("What grows there?", "A fruit")
    screen.choose("How ripe is it?", "Green")
    screen.choose("How is it kept?", "In a jar")
    assert screen.end() == 0
    assert said(screen)["target"] == "jar"


def test_keys_typed_ahead_are_not_lost(interview: Start) -> None:
    screen = interview()
    screen.see("Ctrl-C: quit")
    screen.child.send("\r\x1b[B\r\x1b[B\r")
    assert screen.end() == 0
    assert said(screen) == {"task": "fruit", "ripeness": "green", "target": "jar"}


def test_a_line_of_text_is_checked_before_it_is_taken(terminal: Start) -> None:
    screen = terminal(TEXT)
    screen.see("? File? train.py")
    screen.press(" ", "Enter")
    screen.see("no spaces")
    screen.press("Backspace", "Enter")
    assert screen.end() == 0
    assert "name: train.py" in screen.text


@pytest.mark.parametrize(
    "ask", [lambda: front.choose(Menu("Go?", {"yes": "Yes"})), lambda: front.ask_text("File?", "", str)]
)
def test_a_terminal_that_goes_away_is_an_interrupt(ask: Callable[[], object]) -> None:
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.input import create_pipe_input
    from prompt_toolkit.output import DummyOutput

    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.close()
        with pytest.raises(KeyboardInterrupt):
            ask()


def test_without_a_terminal_lines_have_a_common_width(capfd: pytest.CaptureFixture[str]) -> None:
    assert capfd is not None
    assert front.columns() == 80
