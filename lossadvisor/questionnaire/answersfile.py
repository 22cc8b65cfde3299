"""Answers in a file: YAML, one line per question, keyed by question id."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import yaml

from lossadvisor.errors import UserError, unknown
from lossadvisor.files import write_new
from lossadvisor.rulebase.decide import check_choice
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.marks import Loader, syntax_error
from lossadvisor.rulebase.yamlfile import Place

HEADING = "# Answers for lossadvisor: read them with `lossadvisor --answers FILE`.\n"


def read_answers(path: Path, *, base: RuleBase | None = None) -> dict[str, str]:
    """The answers in a file: question id to choice id (or alias), in the order of the file.

    Args:
        base: says which questions and choices there are; without it they are taken as they stand.

    Raises:
        UserError: the file can't be read, isn't a YAML mapping of words to words, answers a question twice, or answers
            one that does not exist.
    """
    root = compose(read(path), path)
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise UserError("answers are lines of `question: choice`", place=place(path, root))
    answers: dict[str, str] = {}
    for key, value in root.value:
        # A node's own text, not its value in YAML: there, a bare `no` would be a boolean.
        question, choice = word(key, path, "a question"), word(value, path, "one choice")
        if question in answers:
            raise UserError(f"{question!r} is answered twice", place=place(path, key))
        if base is not None:
            check(base, path, (key, question), (value, choice))
        answers[question] = choice
    return answers


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("can't read the answers: not UTF-8 text", place=str(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"can't read the answers: {reason}", place=str(path)) from None


def compose(text: str, path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader)
    except yaml.YAMLError as error:
        raise syntax_error(error, path) from None


def place(path: Path, node: yaml.Node) -> str:
    return str(Place(str(path), node.start_mark.line + 1, node.start_mark.column + 1))


def word(node: yaml.Node, path: Path, wanted: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value:
        raise UserError(f"{wanted} belongs here, as in `task: multiclass`", place=place(path, node))
    return str(node.value)


def check(base: RuleBase, path: Path, question: tuple[yaml.Node, str], choice: tuple[yaml.Node, str]) -> None:
    """Refuse a question or a choice that does not exist, with its place in the file."""
    if question[1] not in base.questions:
        raise unknown("question", question[1], base.questions, place=place(path, question[0]))
    try:
        check_choice(base, question[1], choice[1])
    except UserError as error:
        raise UserError(error.message, place=place(path, choice[0]), hint=error.hint) from None


def write_answers(
    path: Path, answers: Mapping[str, str], *, assumed: Collection[str] = (), force: bool = False
) -> None:
    """Write answers so that `read_answers` gives them back.

    Args:
        assumed: questions that were answered with "not sure"; a comment says so.

    Raises:
        UserError: the file exists and `force` is off, or it can't be written.
    """
    lines = []
    for question, choice in answers.items():
        line = yaml.safe_dump({question: choice}, allow_unicode=True, width=10_000).rstrip("\n")
        lines.append(line + ("  # not sure: the default" if question in assumed else "") + "\n")
    write_new(path, HEADING + "".join(lines), force=force)
