"""What several commands share: the rule base, the answers, the one-shot command."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from lossadvisor.errors import UserError
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Recommendation

CURVES = "plot curves"
"""The command that draws losses."""


def rules_folder(arguments: Sequence[str]) -> Path | None:
    """The user's rule folder: from `--rules` among the arguments, else from LOSSADVISOR_RULES."""
    for position, argument in enumerate(arguments):
        if argument == "--rules" and position + 1 < len(arguments):
            return Path(arguments[position + 1])
        if argument.startswith("--rules="):
            return Path(argument.partition("=")[2])
    return Path(os.environ["LOSSADVISOR_RULES"]) if os.environ.get("LOSSADVISOR_RULES") else None


def complete_loss(incomplete: str) -> list[str]:
    """The ids of losses that begin so, for the shell."""
    return [loss for loss in RuleBase(rules_folder(())).losses if loss.startswith(incomplete)]


def open_base(folder: Path | None) -> RuleBase:
    """The rule base with `folder`, or the one that LOSSADVISOR_RULES names, laid over it, validated before use.

    Raises:
        UserError: the folder's first fault.
    """
    folder = folder or rules_folder(())
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


def gather(base: RuleBase, given: Mapping[str, str], answers: Path | None) -> dict[str, str]:
    """The answers of a file, and those of the flags over them."""
    if answers is None:
        return dict(given)
    from lossadvisor.questionnaire.answersfile import read_answers

    return {**read_answers(answers, base=base), **given}


def save(answers: Mapping[str, str], path: Path | None, *, force: bool) -> None:
    """Write the answers to a file, if one was named."""
    if path is not None:
        from lossadvisor.questionnaire.answersfile import write_answers

        write_answers(path, answers, force=force)


def writable(output: Path | None, formats: Sequence[str], *, force: bool) -> str:
    """The format that a file's name asks for; "" if there is no file.

    Raises:
        UserError: it is none of the formats, matplotlib is missing for it, or something is in the way.
    """
    if output is None:
        return ""
    from lossadvisor.files import check_new
    from lossadvisor.plot.figure import format_of

    ending = format_of(output, formats)
    check_new(output, force=force)
    return ending


def write(path: Path, content: str | bytes, *, force: bool) -> None:
    """Write a file that doesn't exist yet, and say so."""
    from lossadvisor.files import write_new

    write_new(path, content, force=force)
    print(f"wrote {path}", file=sys.stderr)


def watched() -> bool:
    """Whether a person sits at both ends: keys come from a terminal, and the text goes to one."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def told(answer: Recommendation) -> dict[str, str]:
    """The answers that a command must name: all but those that were assumed."""
    return {question: choice for question, choice in answer.answers.items() if question not in answer.assumed}


def one_shot(answers: Mapping[str, str], *, verb: str = "recommend", extra: Sequence[str] = ()) -> str:
    """The command that gives the same answer without questions."""
    flags = [part for question, choice in answers.items() for part in (f"--{question}", choice)]
    return shlex.join(["lossadvisor", *verb.split(), *flags, *extra])
