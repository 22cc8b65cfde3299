"""`lossadvisor` alone: a few questions, then the loss, the program and its proof.

What is imported at the top is all that comes before the first prompt; it has to be little.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lossadvisor.cli.closing import PROGRAM, ask_file, ask_program, beside
from lossadvisor.cli.common import one_shot, open_base, watched
from lossadvisor.errors import INTERRUPTED, UserError
from lossadvisor.questionnaire import interview, terminal
from lossadvisor.questionnaire.interview import Answer, Move, Steps
from lossadvisor.questionnaire.menu import Menu
from lossadvisor.rulebase.load import RuleBase

if TYPE_CHECKING:
    from lossadvisor.labels.look import Look
    from lossadvisor.labels.profile import Source
    from lossadvisor.rulebase.records import Recommendation

LABELS = "Do you have the labels in a file?"
PROMPT = "the questions need a terminal"


def wizard(
    *, rules: Path | None = None, answers: Path | None = None, save_answers: Path | None = None, force: bool = False
) -> int:
    """Ask what is open, show the recommendation, and write and prove the program if that is wanted.

    Returns:
        the exit code: 0, 1 for a program that isn't proven, 130 when the user left.

    Raises:
        UserError: bad input, or a question is open and there is no terminal to ask it in.
    """
    base = open_base(rules)
    steps = open_answers(base, answers)
    if save_answers is not None:
        from lossadvisor.files import check_new

        check_new(save_answers, force=force)  # before the questions, not after them
    if not watched():
        answer = without_terminal(base, steps)
        save(answer, save_answers, force=force)
        return 0
    try:
        seen = None if steps else offer_labels(base)
        answer, wanted = converse(base, interview.begin(base, seen.known) if seen else steps, seen)
        save(answer, save_answers, force=force)
        return write_and_prove(base, answer, seen) if wanted else told(answer, seen)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return INTERRUPTED


def open_answers(base: RuleBase, path: Path | None) -> Steps:
    if path is None:
        return ()
    from lossadvisor.questionnaire.answersfile import read_answers

    return interview.begin(base, read_answers(path, base=base))


def without_terminal(base: RuleBase, steps: Steps) -> Recommendation:
    """Show the recommendation, if the answers suffice for it.

    Raises:
        UserError: a question is open; names its flag and values.
    """
    from lossadvisor.rulebase.decide import decide

    given = interview.sure(steps)
    if interview.TASK not in given:
        tasks = [task for task in base.questions[interview.TASK].choices if interview.covered(base, task)]
        raise UserError(f"{PROMPT}; without one, name the task", hint=f"lossadvisor recommend --task {'|'.join(tasks)}")
    try:
        answer = decide(base, given, strict=True)
    except UserError as error:
        raise UserError(f"{PROMPT}; {error.message}", place=error.place, hint=error.hint) from None
    show(base, answer)
    return answer


def offer_labels(base: RuleBase) -> Look | None:
    """What labels answer, if the user has them in a file; None if not.

    What can't be read, or is no target, is told, and the question comes again.
    """
    items: dict[Answer, str] = {"no": "No, ask me about them", "yes": "Yes: look at it, and ask the rest"}
    while terminal.choose(Menu(LABELS, items)) == "yes":
        path = terminal.ask_text("The file or folder:", "", missing)
        from lossadvisor.cli.inspect import settled
        from lossadvisor.labels.profile import Source
        from lossadvisor.labels.records import NO_TARGET
        from lossadvisor.report.profile import show_profile

        try:
            seen = settled(base, looked_at(base, Source(path)))
        except UserError as error:
            print(f"{error.message}\n  {error.hint}", file=sys.stderr)
            continue
        show_profile(seen.profile, seen.answers)
        sys.stdout.flush()
        if seen.profile.kind not in NO_TARGET:
            return seen
    return None


def looked_at(base: RuleBase, source: Source) -> Look:
    """A look at labels; where there are several columns, at those that the user names.

    Raises:
        UserError: they can't be read.
    """
    from lossadvisor.labels.look import look

    try:
        return look(base, source, {})
    except UserError as error:
        if "--column" not in error.hint:
            raise
        print(error.message, file=sys.stderr)
    columns = terminal.ask_text("The column (several: a,b,c):", "", lambda text: "" if text.strip() else "a name")
    return look(base, source._replace(columns=tuple(part.strip() for part in columns.split(","))), {})


def missing(name: str) -> str:
    """Why there are no labels of that name, or ""."""
    return "" if Path(name).exists() else "there is no such file or folder"


def converse(base: RuleBase, steps: Steps, seen: Look | None) -> tuple[Recommendation, bool]:
    """The interview up to the recommendation, and whether to write the program; going back from there asks again."""
    again = False
    while True:
        steps = interview.conduct(base, steps, terminal.asker(base), again=again)
        terminal.show_answers(base, steps)
        from lossadvisor.rulebase.decide import decide

        answer = decide(base, interview.sure(steps))
        print()
        show(base, answer, seen)
        wanted = ask_program(base, answer, seen)
        if wanted is not Move.BACK:
            return answer, wanted == "yes"
        again = True


def show(base: RuleBase, answer: Recommendation, seen: Look | None = None) -> None:
    from lossadvisor.cli.recommend import described
    from lossadvisor.cli.recommend import show as show_data

    told, extra = (beside(answer, seen), seen.flags) if seen else (None, [])
    show_data(described(base, answer, told=told, extra=extra), "terminal")
    sys.stdout.flush()


def save(answer: Recommendation, path: Path | None, *, force: bool) -> None:
    if path is not None:
        from lossadvisor.questionnaire.answersfile import write_answers

        write_answers(path, answer.answers, assumed=answer.assumed, force=force)


def told(answer: Recommendation, seen: Look | None) -> int:
    """Print the command that gives the same recommendation without questions; returns the exit code."""
    return same(one_shot(beside(answer, seen), extra=seen.flags if seen else ()))


def same(command: str) -> int:
    print(f"The same without questions:\n  {command}")
    return 0


def write_and_prove(base: RuleBase, answer: Recommendation, seen: Look | None) -> int:
    """Write the program where the user wants it, prove it, and print the command that does the same."""
    from lossadvisor.cli.generate import make_spec, proven, write
    from lossadvisor.codegen.program import render

    path, force = ask_file(PROGRAM)
    where = [*(seen.flags if seen else ()), "-o", str(path), *(["--force"] if force else [])]
    command = one_shot(beside(answer, seen), verb="generate", extra=where)
    parts = {"loss": "", "model": "", "library": "", "device": "auto"}
    program = render(base, make_spec(answer, parts, seen.values if seen else {}), command=command)
    write(program, path, force=force)
    try:
        return proven(base, program, path, "auto")
    finally:
        same(command)
