"""The flags that several commands share, and one flag for each question of the rule base."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import typer

from lossadvisor.errors import unknown
from lossadvisor.rulebase.load import RuleBase

RULES = typer.Option(None, "--rules", metavar="DIR", help="A folder of rules laid over the shipped ones.")
ANSWERS = typer.Option(None, "--answers", metavar="FILE", help="Answers from a YAML file, keyed by question.")
SAVE = typer.Option(None, "--save-answers", metavar="FILE", help="Write the answers to a YAML file.")
JSON = typer.Option(False, "--json", help="JSON, stable and sorted.")
LABELS = typer.Option(
    "", "--labels", metavar="FILE", help="Labels (a file, folder, glob or -): they answer what they can."
)
COLUMN = typer.Option(None, "--column", metavar="NAME", help="A column of the labels; several times for several.")
KIND = typer.Option("", "--kind", metavar="KIND", help="What the labels are, if they can't tell, as in ordinal.")
CONNECT = typer.Option("", "--connect", metavar="URL", help="A database that has the labels.")
TABLE = typer.Option("", "--table", metavar="NAME", help="The table in it.")
FORCE = typer.Option(False, "--force", help="Overwrite existing files.")


def with_questions(base: RuleBase, arguments: Sequence[str]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command a flag for each question; it gets what was answered as `given` (question id to choice).

    Where `arguments` name nothing but flags that there are, those of them alone are made: to make all takes longer
    than to answer.
    """

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        signature = inspect.signature(function, eval_str=True)
        flags = {question.replace("-", "_"): question for question in wanted(base, signature, arguments)}

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


def with_numbers(names: Sequence[str]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command a flag for each of these names; it gets their texts as `numbers`, by name."""

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        signature = inspect.signature(function, eval_str=True)
        flags = {f"number_{position}": name for position, name in enumerate(names)}

        @wraps(function)
        def command(**values: Any) -> int:
            numbers = {name: values.pop(key) for key, name in flags.items()}
            return function(numbers=numbers, **values)

        own = [parameter for name, parameter in signature.parameters.items() if name != "numbers"]
        added = [
            inspect.Parameter(
                key, inspect.Parameter.KEYWORD_ONLY, default=typer.Option("", f"--{name}", hidden=True), annotation=str
            )
            for key, name in flags.items()
        ]
        command.__signature__ = signature.replace(parameters=[*own, *added])  # type: ignore[attr-defined]
        command.__annotations__ = {}
        return command

    return decorate


def loose(base: RuleBase, function: Callable[..., int], arguments: Sequence[str]) -> list[str]:
    """The flags among the arguments that are neither the command's own nor a question's, without dashes in front.

    Raises:
        UserError: one of them has no value.
    """
    options = [value.default for value in inspect.signature(function, eval_str=True).parameters.values()]
    own = {flag for option in options for flag in getattr(option, "param_decls", None) or ()}
    known = [*own, *(f"--{question}" for question in base.questions), "--help"]
    found = {}
    for argument, value in zip(arguments, [*arguments[1:], "--"], strict=True):
        flag, equals, _ = argument.partition("=")
        if flag.startswith("--") and flag != "--" and flag not in known:
            if not equals and value.startswith("--"):
                raise unknown("flag", flag, known)
            found[flag[2:]] = True
    return [*found]


def wanted(base: RuleBase, signature: inspect.Signature, arguments: Sequence[str]) -> list[str]:
    """The questions that arguments answer; all of them where help is wanted, a completion, or a flag is mistyped."""
    named = {argument.partition("=")[0] for argument in arguments if argument.startswith("-")}
    options = [value.default for value in signature.parameters.values()]
    own = {flag for option in options for flag in getattr(option, "param_decls", None) or ()}
    flags = {f"--{question}": question for question in base.questions}
    every = not named or not named <= own | flags.keys()
    return [question for flag, question in flags.items() if every or flag in named]


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
