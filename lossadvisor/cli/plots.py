"""The commands of `lossadvisor plot` and their flags."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from lossadvisor.cli.common import complete_loss, rules_folder
from lossadvisor.cli.flags import ANSWERS, FORCE, JSON, RULES, loose, with_numbers, with_questions
from lossadvisor.rulebase.load import RuleBase


def plot_group() -> None:
    """Pictures of what a loss does."""


def curves(
    given: dict[str, str],
    numbers: dict[str, str],
    losses: list[str] | None = typer.Argument(
        None, metavar="[LOSS ...]", help="Losses to compare; of --task, if it is given.", autocompletion=complete_loss
    ),
    axis: str = typer.Option("", "--axis", metavar="ID", help="What to draw over, where there are several."),
    output: Path | None = typer.Option(
        None, "--output", "-o", metavar="FILE", help="Write a .png, .svg, .pdf or .html."
    ),
    as_json: bool = JSON,
    rules: Path | None = RULES,
    answers: Path | None = ANSWERS,
    force: bool = FORCE,
) -> int:
    """Draw losses and their gradients side by side, over what they depend on.

    The constants of the losses are flags too: --gamma 3, --pos-weight 5, --class-counts 900,90,10,
    --foreground-fraction 0.02.
    """
    from lossadvisor.cli.plot import curves as run

    return run(
        given,
        losses=losses or [],
        numbers=numbers,
        axis=axis,
        output=output,
        as_json=as_json,
        rules=rules,
        answers=answers,
        force=force,
    )


def landscape(
    given: dict[str, str],
    program: Path | None = typer.Argument(None, metavar="[PROGRAM]", help="A program, as generated or edited."),
    loss: str = typer.Option("", "--loss", metavar="ID", help="An alternative loss.", autocompletion=complete_loss),
    compare: str = typer.Option("", "--compare", metavar="ID,...", help="Other losses over the same planes."),
    demo: str = typer.Option("", "--demo", metavar="NAME", help="himmelblau: a toy function instead of a program."),
    points: int = typer.Option(21, "--points", min=5, max=201, metavar="N", help="Places along each direction."),
    steps: int = typer.Option(100, "--steps", min=2, max=10**5, metavar="N", help="Steps of training."),
    seed: int = typer.Option(0, "--seed", min=0, max=10**6, metavar="N", help="Of the random directions."),
    seconds: float = typer.Option(0.0, "--seconds", min=0, metavar="S", help="Time limit; 0: a minute, more if finer."),
    megabytes: int = typer.Option(4096, "--megabytes", min=64, metavar="MB", help="Memory limit."),
    output: Path | None = typer.Option(
        None, "--output", "-o", metavar="FILE", help="Write a .png, .svg, .pdf or .html."
    ),
    as_json: bool = JSON,
    rules: Path | None = RULES,
    answers: Path | None = ANSWERS,
    force: bool = FORCE,
) -> int:
    """Draw the loss of a model around its trained point, and the path of its training.

    The program is run: its model is trained on one batch, and its loss computed in two planes of its parameters.
    """
    from lossadvisor.cli.landscape import landscape as run
    from lossadvisor.proof.limits import Limits

    return run(
        given,
        program=program,
        losses={"loss": loss, "compare": compare},
        demo=demo,
        points=points,
        steps=steps,
        seed=seed,
        limits=Limits(seconds=seconds, megabytes=megabytes),
        output=output,
        as_json=as_json,
        rules=rules,
        answers=answers,
        force=force,
    )


def group(arguments: Sequence[str]) -> typer.Typer:
    """The group, with its commands if it is called."""
    app = typer.Typer(rich_markup_mode=None)
    app.callback()(plot_group)
    if arguments:
        base = RuleBase(rules_folder(arguments))
        called = next((argument for argument in arguments[1:] if not argument.startswith("-")), "")
        free = loose(base, curves, arguments) if called == "curves" else []
        known = [argument for argument in arguments if argument.partition("=")[0].removeprefix("--") not in free]
        app.command("curves")(with_questions(base, known)(with_numbers(free)(curves)))
        app.command("landscape")(with_questions(base, arguments)(landscape))
    return app
