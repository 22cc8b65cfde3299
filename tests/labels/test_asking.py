"""`inspect` in a terminal asks what labels can't tell, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.questionnaire.pseudoterminal import Terminal

    Start = Callable[..., Terminal]

MAIN = "import sys; from lossadvisor.cli import main; sys.exit(main())"


@pytest.fixture
def inspect(tmp_path: Path) -> Iterator[Start]:
    """Starts `inspect` on a file of stars, in a terminal."""
    if sys.platform == "win32":
        pytest.skip("there are no pseudo-terminals")
    from tests.questionnaire.pseudoterminal import Terminal

    stars = [5] * 50 + [4] * 30 + [3] * 10 + [2] * 5 + [1] * 5
    (tmp_path / "stars.csv").write_text("\n".join(map(str, ["stars", *stars])) + "\n", encoding="utf-8")
    running: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        running.append(Terminal(MAIN, "inspect", "stars.csv", *arguments, columns=200, rows=120, folder=tmp_path))
        return running[-1]

    yield start
    for terminal in running:
        terminal.child.close(force=True)


def test_the_question_that_decides_comes_first(inspect: Start) -> None:
    screen = inspect("--goal", "accuracy")
    screen.see("ordered classes", "Ctrl-C: quit")
    assert screen.asked.startswith("'stars' has values 1 to 5")
    screen.point("Ordered classes")
    screen.press("Enter")
    screen.choose("Are the labels right and complete?", "Yes, mostly")
    assert screen.end() == 0
    assert "CORN" in screen.text
    assert "--kind ordinal" in screen.text


def test_ctrl_c_ends_it(inspect: Start) -> None:
    screen = inspect()
    screen.see("Ctrl-C: quit")
    screen.press("Ctrl-C")
    assert screen.end() == 130
    assert "Traceback" not in screen.text
