"""The commands that look at labels, and their flags."""

from __future__ import annotations

from pathlib import Path

import typer

from lossadvisor.cli.flags import ANSWERS, COLUMN, CONNECT, FORCE, JSON, KIND, LABELS, RULES, SAVE, TABLE
from lossadvisor.cli.labels import source_of


def inspect(
    given: dict[str, str],
    labels: str = typer.Argument("", metavar="[LABELS]", help="A file, a folder, a glob, or - for standard input."),
    column: list[str] | None = COLUMN,
    kind: str = KIND,
    connect: str = CONNECT,
    table: str = TABLE,
    plot: Path | None = typer.Option(None, "--plot", metavar="FILE", help="Draw the classes: .png or .svg."),
    as_json: bool = JSON,
    rules: Path | None = RULES,
    answers: Path | None = ANSWERS,
    save_answers: Path | None = SAVE,
    force: bool = FORCE,
) -> int:
    """Look at labels: what they are, which loss that leads to, and what is left to ask."""
    from lossadvisor.cli.inspect import inspect as run

    return run(
        given,
        source=source_of(labels, column or [], kind, connect, table),
        plot=plot,
        as_json=as_json,
        rules=rules,
        answers=answers,
        save_answers=save_answers,
        force=force,
    )


def recheck(
    answers: Path = typer.Argument(..., metavar="ANSWERS", help="Answers that were saved."),
    labels: str = LABELS,
    column: list[str] | None = COLUMN,
    kind: str = KIND,
    connect: str = CONNECT,
    table: str = TABLE,
    as_json: bool = JSON,
    rules: Path | None = RULES,
) -> int:
    """Look at labels again: exit code 1 if saved answers would now lead to another recommendation."""
    from lossadvisor.cli.recheck import recheck as run

    return run(answers, source=source_of(labels, column or [], kind, connect, table), as_json=as_json, rules=rules)
