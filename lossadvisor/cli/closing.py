"""What the wizard offers after a recommendation: the program, its curves, its page."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lossadvisor.cli.common import CURVES, one_shot, write
from lossadvisor.errors import UserError
from lossadvisor.questionnaire import terminal
from lossadvisor.questionnaire.interview import Answer, Move
from lossadvisor.questionnaire.menu import Menu
from lossadvisor.rulebase.load import RuleBase

if TYPE_CHECKING:
    from lossadvisor.labels.look import Look
    from lossadvisor.rulebase.records import Recommendation

PROGRAM, PAGE = "train.py", "page.html"
"""Where they are written, unless the user has another name."""


def ask_program(base: RuleBase, answer: Recommendation, seen: Look | None) -> Answer | Move:
    """Whether to write the program; curves are shown, and pages written, as often as they are wanted."""
    items: dict[Answer, str] = {
        "yes": "Yes, and prove it",
        "no": "No",
        "curves": "Show the curves first",
        "page": "Write a page of all this first",
    }
    while (wanted := terminal.choose(Menu("Write the program?", items, back=True))) in ("curves", "page"):
        if wanted == "curves":
            show_curves(base, answer)
        else:
            write_page(base, answer, seen)
    return wanted


def show_curves(base: RuleBase, answer: Recommendation) -> None:
    """Draw the recommendation beside its alternatives, or say why that can't be; and the command that does it."""
    from lossadvisor.cli.plot import drawn
    from lossadvisor.plot.choice import of_answer
    from lossadvisor.report.curves import show_pictures

    print()
    try:
        pictures = drawn(base, of_answer(base, answer, ())[0], {})
        show_pictures(pictures)
        print(f"{one_shot(answer.answers, verb=CURVES)}\n")
    except UserError as error:
        print(f"{error.message}\n  {error.hint}", file=sys.stderr)


def write_page(base: RuleBase, answer: Recommendation, seen: Look | None) -> None:
    """Write the page of a recommendation where the user wants it, and print the command that does the same."""
    from lossadvisor.cli import page
    from lossadvisor.cli.recommend import described

    path, force = ask_file(PAGE)
    known, extra = beside(answer, seen), seen.flags if seen else []
    program, drawn = page.generated(base, answer, seen.values if seen else {}), page.curves_of(base, answer)
    content, _ = page.proven(base, answer, described(base, answer, told=known, extra=extra), program, drawn)
    write(path, content, force=force)
    print(f"{one_shot(known, extra=[*extra, '-o', str(path)])}\n")


def beside(answer: Recommendation, seen: Look | None) -> dict[str, str]:
    """The answers that a command must name: those that the labels don't give."""
    known = seen.known if seen else {}
    return {question: choice for question, choice in answer.answers.items() if known.get(question) != choice}


def ask_file(name: str) -> tuple[Path, bool]:
    """Where to write a file, `name` unless the user has another one, and whether over one that exists."""
    ending = Path(name).suffix
    while True:
        name = terminal.ask_text("Write it to:", name, partial(problem, ending=ending))
        path = Path(name)
        if not path.exists():
            return path, False
        items: dict[Answer, str] = {"other": "Choose another name", "over": "Overwrite it"}
        if terminal.choose(Menu(f"{name} exists already.", items)) == "over":
            return path, True


def problem(name: str, *, ending: str) -> str:
    """Why a file of that name can't be written, or ""; one that exists is no problem yet."""
    if ending == ".html" and not name.lower().endswith(ending):
        return "end the name in .html"
    from lossadvisor.files import check_new

    try:
        check_new(Path(name), force=True)
    except UserError as error:
        return error.message
    return ""
