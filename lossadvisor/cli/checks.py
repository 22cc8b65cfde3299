"""The command of `lossadvisor rules` and its flags."""

from __future__ import annotations

from pathlib import Path

import typer

from lossadvisor.cli.flags import JSON, RULES


def rules_group() -> None:
    """The rule base itself."""


def check(
    folder: Path | None = typer.Argument(None, metavar="[DIR]", help="A folder of rules laid over the shipped ones."),
    as_json: bool = JSON,
    rules: Path | None = RULES,
) -> int:
    """Prove that the rules have no gap, no overlap and no dead rule."""
    from lossadvisor.cli.rules import check_rules as run

    return run(folder or rules, as_json)


def group() -> typer.Typer:
    """The group with its command."""
    app = typer.Typer(rich_markup_mode=None)
    app.callback()(rules_group)
    app.command("check")(check)
    return app
