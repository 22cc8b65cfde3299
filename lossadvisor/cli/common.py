"""What several commands share: the rule base, a flag for each question, answers, the one-shot command."""

from __future__ import annotations

import inspect
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import typer

from lossadvisor.errors import UserError
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Recommendation

RULES = typer.Option(None, "--rules", metavar="DIR", help="A folder of rules laid over the shipped ones.")
ANSWERS = typer.Option(None, "--answers", metavar="FILE", help="Answers from a YAML file, keyed by question.")
SAVE = typer.Option(None, "--save-answers", metavar="FILE", help="Write the answers to a YAML file.")
JSON = typer.Option(False, "--json", help="JSON, stable and sorted.")
FORCE = typer.Option(False, "--force", help="Overwrite existing files.")


def rules_folder(arguments: Sequence[str]) -> Path | None:
    """The user's rule folder: from `--rules` among the arguments, else from LOSSADVISOR_RULES."""
    for position, argument in enumerate(arguments):
        if argument == "--rules" and position + 1 < len(arguments):
            return Path(arguments[position + 1])
        if argument.startswith("--rules="):
            return Path(argument.partition("=")[2])
    return Path(os.environ["LOSSADVISOR_RULES"]) if os.environ.get("LOSSADVISOR_RULES") else None


def open_base(folder: Path | None) -> RuleBase:
    """The rule base; a user's folder is validated before use.

    Raises:
        UserError: the folder's first fault.
    """
    base = RuleBase(folder)
    if folder is not None:
        from lossadvisor.rulebase.check import check

        found = check(base)
        if found:
            first = found[0]
            raise UserError(
                f"{first.code}: {first.message}",
                place=str(first.place),
                hint=f"`lossadvisor rules check --rules {shlex.quote(str(folder))}` shows all {len(found)} findings.",
            )
    return base


def with_questions(base: RuleBase) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command a flag for each question; it gets what was answered as `given` (question id to choice)."""

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        flags = {question.replace("-", "_"): question for question in base.questions}
        signature = inspect.signature(function, eval_str=True)

        @wraps(function)
        def command(**values: Any) -> int:
            answered = {flags[name]: values.pop(name) for name in flags}
            given = {question: choice for question, choice in answered.items() if choice is not None}
            return function(given=given, **values)

        own = [parameter for name, parameter in signature.parameters.items() if name != "given"]
        questions = [question_flag(base, name, question) for name, question in flags.items()]
        command.__signature__ = signature.replace(parameters=[*own, *questions])  # type: ignore[attr-defined]
        command.__annotations__ = {}
        return command

    return decorate


def question_flag(base: RuleBase, name: str, question: str) -> inspect.Parameter:
    """The flag of a question: its help lists the choices, the shell completes them."""
    record = base.questions[question]
    choices = list(record.choices)

    def complete(incomplete: str) -> list[tuple[str, str]]:
        return [(choice, record.choices[choice].say) for choice in choices if choice.startswith(incomplete)]

    listed = "`lossadvisor list tasks` shows them." if question == "task" else f"One of: {', '.join(choices)}."
    option = typer.Option(
        None, f"--{question}", metavar=question.upper(), help=f"{record.ask} {listed}", autocompletion=complete
    )
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=option, annotation=str | None)


def gather(given: Mapping[str, str], answers: Path | None) -> dict[str, str]:
    """The answers of a file, and those of the flags over them."""
    if answers is None:
        return dict(given)
    from lossadvisor.questionnaire.answersfile import read_answers

    return {**read_answers(answers), **given}


def save(answers: Mapping[str, str], path: Path | None, *, force: bool) -> None:
    """Write the answers to a file, if one was named."""
    if path is not None:
        from lossadvisor.questionnaire.answersfile import write_answers

        write_answers(path, answers, force=force)


def told(answer: Recommendation) -> dict[str, str]:
    """The answers that a command must name: all but those that were assumed."""
    return {question: choice for question, choice in answer.answers.items() if question not in answer.assumed}


def one_shot(answers: Mapping[str, str], *, verb: str = "recommend", extra: Sequence[str] = ()) -> str:
    """The command that gives the same answer without questions."""
    flags = [part for question, choice in answers.items() for part in (f"--{question}", choice)]
    return shlex.join(["lossadvisor", verb, *flags, *extra])
