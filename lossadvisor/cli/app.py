"""The commands and their flags. Each hands over to the module of its name, which is imported only then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typer

from lossadvisor import __version__
from lossadvisor.cli.common import complete_loss, rules_folder
from lossadvisor.cli.flags import (
    ANSWERS,
    COLUMN,
    CONNECT,
    FORCE,
    JSON,
    KIND,
    LABELS,
    RULES,
    SAVE,
    TABLE,
    with_questions,
)
from lossadvisor.cli.labels import source_of
from lossadvisor.cli.looks import inspect, recheck
from lossadvisor.rulebase.load import RuleBase

HELP = "Choose a PyTorch loss function, get a program that uses it right, and see it proven."
LISTS = ("tasks", "questions", "losses", "rules")


def complete_list(incomplete: str) -> list[str]:
    return [what for what in LISTS if what.startswith(incomplete)]


LOSS = typer.Option("", "--loss", metavar="ID", help="An alternative loss.", autocompletion=complete_loss)
DEVICE = typer.Option("auto", "--device", metavar="NAME", help="auto, cpu, cuda, mps or xpu.")


def wizard(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version."),
    rules: Path | None = RULES,
    answers: Path | None = ANSWERS,
    save_answers: Path | None = SAVE,
    force: bool = FORCE,
) -> int:
    """Choose a PyTorch loss function, get a program that uses it right, and see it proven.

    Without a command: a few questions, then the loss, the program and its proof.
    """
    if version:
        print(__version__)
        raise typer.Exit
    if context.invoked_subcommand:
        return 0
    from lossadvisor.cli.wizard import wizard as run

    return run(rules=rules, answers=answers, save_answers=save_answers, force=force)


def recommend(
    given: dict[str, str],
    as_json: bool = JSON,
    markdown: bool = typer.Option(False, "--markdown", help="Markdown, for a pull request."),
    output: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Write a page, an .html."),
    no_prove: bool = typer.Option(False, "--no-prove", help="Leave the verdict out of the page."),
    strict: bool = typer.Option(False, "--strict", help="Refuse to assume an answer."),
    labels: str = LABELS,
    column: list[str] | None = COLUMN,
    kind: str = KIND,
    connect: str = CONNECT,
    table: str = TABLE,
    rules: Path | None = RULES,
    answers: Path | None = ANSWERS,
    save_answers: Path | None = SAVE,
    force: bool = FORCE,
) -> int:
    """Name the loss for a task, and say why."""
    from lossadvisor.cli.recommend import recommend as run

    style = "json" if as_json else "markdown" if markdown else "terminal"
    source = source_of(labels, column or [], kind, connect, table)
    return run(
        given,
        source=source,
        style=style,
        output=output,
        check=not no_prove,
        strict=strict,
        rules=rules,
        answers=answers,
        save_answers=save_answers,
        force=force,
    )


def generate(
    given: dict[str, str],
    output: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Write here, not to stdout."),
    loss: str = LOSS,
    model: str = typer.Option("", "--model", metavar="NAME", help="mlp, cnn, transformer, where it applies."),
    library: str = typer.Option("", "--library", metavar="NAME", help="Call this library's loss, if it has it."),
    device: str = DEVICE,
    num_classes: str = typer.Option("", "--num-classes", metavar="N", help="Classes (or labels) that there are."),
    num_samples: str = typer.Option("", "--num-samples", metavar="N", help="Training samples, for several labels."),
    class_counts: str = typer.Option("", "--class-counts", metavar="N,N,...", help="Training samples per class."),
    class_weights: str = typer.Option("", "--class-weights", metavar="W,W,...", help="Weights, if you have them."),
    class_names: str = typer.Option("", "--class-names", metavar="A,B,...", help="Names of the classes."),
    labels: str = LABELS,
    column: list[str] | None = COLUMN,
    kind: str = KIND,
    connect: str = CONNECT,
    table: str = TABLE,
    no_prove: bool = typer.Option(False, "--no-prove", help="Do not run the program."),
    rules: Path | None = RULES,
    answers: Path | None = ANSWERS,
    save_answers: Path | None = SAVE,
    force: bool = FORCE,
) -> int:
    """Write a program that uses the loss right, and prove it."""
    from lossadvisor.cli.generate import generate as run

    values = {
        "num_classes": num_classes,
        "num_samples": num_samples,
        "class_counts": class_counts,
        "class_weights": class_weights,
        "class_names": class_names,
    }
    return run(
        given,
        source=source_of(labels, column or [], kind, connect, table),
        output=output,
        parts={"loss": loss, "model": model, "library": library, "device": device},
        values={name: value for name, value in values.items() if value},
        check=not no_prove,
        rules=rules,
        answers=answers,
        save_answers=save_answers,
        force=force,
    )


def prove(
    given: dict[str, str],
    files: list[Path] | None = typer.Argument(None, metavar="[FILE ...]", help="Programs to prove."),
    every: bool = typer.Option(False, "--all", help="Every program that can be offered."),
    loss: str = LOSS,
    device: str = typer.Option("auto", "--device", metavar="NAME,...", help="auto, cpu, cuda, mps, xpu."),
    precision: str = typer.Option("fp32", "--precision", metavar="NAME,...", help="fp32, bf16, fp16 (autocast)."),
    compiled: bool = typer.Option(False, "--compile", help="Through torch.compile too."),
    level: str = typer.Option("full", "--level", metavar="NAME", help="full, or smoke: without training."),
    seed: int = typer.Option(0, "--seed", min=0, max=10**6, metavar="N", help="Of data, models and probes."),
    jobs: int = typer.Option(0, "--jobs", min=0, metavar="N", help="Programs at a time; 0: one per core."),
    seconds: float = typer.Option(60.0, "--seconds", min=0.1, metavar="S", help="Time limit per program."),
    megabytes: int = typer.Option(4096, "--megabytes", min=64, metavar="MB", help="Memory limit per program."),
    as_json: bool = JSON,
    output: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Write a page too, an .html."),
    junit: Path | None = typer.Option(None, "--junit", metavar="FILE", help="Write a JUnit report."),
    rules: Path | None = RULES,
    answers: Path | None = ANSWERS,
    force: bool = FORCE,
) -> int:
    """Run programs, and check what they mean."""
    from lossadvisor.cli.prove import asked
    from lossadvisor.cli.prove import prove as run
    from lossadvisor.proof.limits import Limits

    return run(
        given,
        files=files or [],
        every=every,
        loss=loss,
        settings=asked(device, precision, level, compiled=compiled, seed=seed),
        limits=Limits(seconds=seconds, megabytes=megabytes, jobs=jobs),
        as_json=as_json,
        output=output,
        junit=junit,
        rules=rules,
        answers=answers,
        force=force,
    )


def explain(
    name: str = typer.Argument(..., metavar="LOSS|RULE|PITFALL|CHECK", autocompletion=complete_loss),
    as_json: bool = JSON,
    rules: Path | None = RULES,
) -> int:
    """Tell about a loss, a rule, a pitfall or a check."""
    from lossadvisor.cli.explain import explain as run

    return run(name, as_json=as_json, rules=rules)


def list_(
    what: str = typer.Argument(..., metavar="|".join(LISTS), autocompletion=complete_list),
    as_json: bool = JSON,
    rules: Path | None = RULES,
) -> int:
    """Show the tasks, questions, losses or rules."""
    from lossadvisor.cli.listing import listing as run

    return run(what, as_json=as_json, rules=rules)


WITH_QUESTIONS: dict[str, Callable[..., int]] = {
    "recommend": recommend,
    "generate": generate,
    "inspect": inspect,
    "prove": prove,
}
WITHOUT: dict[str, Callable[..., int]] = {"recheck": recheck, "explain": explain, "list": list_}


def build(arguments: Sequence[str]) -> Callable[..., Any]:
    """The command line as one callable; the flags of the questions come from the rule base.

    Where a command is called, it alone is built: the flags of the others would take longer than its work.
    """
    called = arguments[0] if arguments and arguments[0] in {*WITH_QUESTIONS, *WITHOUT, "plot", "rules"} else ""
    app = typer.Typer(help=HELP, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(invoke_without_command=True)(wizard)
    if called in ("", *WITH_QUESTIONS):
        questions = with_questions(RuleBase(rules_folder(arguments)), arguments)
        for name, command in WITH_QUESTIONS.items():
            if called in ("", name):
                app.command(name)(questions(command))
    for name, command in WITHOUT.items():
        if called in ("", name):
            app.command(name)(command)
    if called in ("", "plot"):
        from lossadvisor.cli.plots import group as plots

        app.add_typer(plots(arguments if called else ()), name="plot")
    if called in ("", "rules"):
        from lossadvisor.cli.checks import group as checks

        app.add_typer(checks(), name="rules")
    return app
