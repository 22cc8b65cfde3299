"""The commands and their flags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typer

from lossadvisor import __version__
from lossadvisor.cli.common import ANSWERS, FORCE, JSON, RULES, SAVE, rules_folder, with_questions
from lossadvisor.rulebase.load import RuleBase

HELP = "Choose a PyTorch loss function, get a program that uses it right, and see it proven."


def build(arguments: Sequence[str]) -> Callable[..., Any]:
    """The command line as one callable. The flags of the questions come from the rule base."""
    base = RuleBase(rules_folder(arguments))
    app = typer.Typer(help=HELP, rich_markup_mode=None, pretty_exceptions_enable=False)
    questions = with_questions(base)
    losses = complete_losses(base)

    @app.callback(invoke_without_command=True)
    def wizard(
        context: typer.Context,
        version: bool = typer.Option(False, "--version", help="Print the version."),
        rules: Path | None = RULES,
        answers: Path | None = ANSWERS,
        save_answers: Path | None = SAVE,
        force: bool = FORCE,
    ) -> int:
        """Without a command: a few questions, then the loss, the program and its proof."""
        if version:
            print(__version__)
            raise typer.Exit
        if context.invoked_subcommand:
            return 0
        from lossadvisor.cli.wizard import wizard as run

        return run(rules=rules, answers=answers, save_answers=save_answers, force=force)

    @app.command()
    @questions
    def recommend(
        given: dict[str, str],
        as_json: bool = JSON,
        markdown: bool = typer.Option(False, "--markdown", help="Markdown, for a pull request."),
        strict: bool = typer.Option(False, "--strict", help="Refuse to assume an answer."),
        rules: Path | None = RULES,
        answers: Path | None = ANSWERS,
        save_answers: Path | None = SAVE,
        force: bool = FORCE,
    ) -> int:
        """Name the loss for a task, and say why."""
        from lossadvisor.cli.recommend import recommend as run

        style = "json" if as_json else "markdown" if markdown else "terminal"
        return run(
            given, style=style, strict=strict, rules=rules, answers=answers, save_answers=save_answers, force=force
        )

    @app.command()
    @questions
    def generate(
        given: dict[str, str],
        output: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Write here, not to stdout."),
        loss: str = typer.Option("", "--loss", metavar="ID", help="An alternative loss.", autocompletion=losses),
        model: str = typer.Option("", "--model", metavar="NAME", help="mlp, cnn, transformer, where it applies."),
        library: str = typer.Option("", "--library", metavar="NAME", help="Call this library's loss, if it has it."),
        device: str = typer.Option("auto", "--device", metavar="NAME", help="auto, cpu, cuda, mps or xpu."),
        num_classes: str = typer.Option("", "--num-classes", metavar="N", help="Classes (or labels) that there are."),
        class_counts: str = typer.Option("", "--class-counts", metavar="N,N,...", help="Training samples per class."),
        class_weights: str = typer.Option("", "--class-weights", metavar="W,W,...", help="Weights, if you have them."),
        class_names: str = typer.Option("", "--class-names", metavar="A,B,...", help="Names of the classes."),
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
            "class_counts": class_counts,
            "class_weights": class_weights,
            "class_names": class_names,
        }
        return run(
            given,
            output=output,
            parts={"loss": loss, "model": model, "library": library, "device": device},
            values={name: value for name, value in values.items() if value},
            check=not no_prove,
            rules=rules,
            answers=answers,
            save_answers=save_answers,
            force=force,
        )

    @app.command()
    @questions
    def prove(
        given: dict[str, str],
        files: list[Path] | None = typer.Argument(None, metavar="[FILE ...]", help="Programs to prove."),
        every: bool = typer.Option(False, "--all", help="Every program that can be offered."),
        loss: str = typer.Option("", "--loss", metavar="ID", help="An alternative loss.", autocompletion=losses),
        device: str = typer.Option("auto", "--device", metavar="NAME", help="auto, cpu, cuda, mps or xpu."),
        jobs: int = typer.Option(0, "--jobs", min=0, metavar="N", help="Programs at a time; 0: one per core."),
        seconds: float = typer.Option(60.0, "--seconds", min=0.1, metavar="S", help="Time limit per program."),
        megabytes: int = typer.Option(4096, "--megabytes", min=64, metavar="MB", help="Memory limit per program."),
        as_json: bool = JSON,
        junit: Path | None = typer.Option(None, "--junit", metavar="FILE", help="Write a JUnit report."),
        rules: Path | None = RULES,
        answers: Path | None = ANSWERS,
        force: bool = FORCE,
    ) -> int:
        """Run programs, and check what they mean."""
        from lossadvisor.cli.prove import prove as run
        from lossadvisor.proof.limits import Limits

        return run(
            given,
            files=files or [],
            every=every,
            loss=loss,
            device=device,
            limits=Limits(seconds=seconds, megabytes=megabytes, jobs=jobs),
            as_json=as_json,
            junit=junit,
            rules=rules,
            answers=answers,
            force=force,
        )

    @app.command()
    def explain(
        name: str = typer.Argument(..., metavar="LOSS|RULE|PITFALL|CHECK", autocompletion=losses),
        as_json: bool = JSON,
        rules: Path | None = RULES,
    ) -> int:
        """Tell about a loss, a rule, a pitfall or a check."""
        from lossadvisor.cli.explain import explain as run

        return run(name, as_json=as_json, rules=rules)

    @app.command("list")
    def list_(
        what: str = typer.Argument(..., metavar="tasks|questions|losses|rules", autocompletion=complete_lists),
        as_json: bool = JSON,
        rules: Path | None = RULES,
    ) -> int:
        """Show the tasks, questions, losses or rules."""
        from lossadvisor.cli.listing import listing as run

        return run(what, as_json=as_json, rules=rules)

    rules_app = typer.Typer(help="The rule base itself.", rich_markup_mode=None)
    app.add_typer(rules_app, name="rules")

    @rules_app.callback()
    def rules_group() -> None:
        """The rule base itself."""

    @rules_app.command("check")
    def check(
        folder: Path | None = typer.Argument(None, metavar="[DIR]", help="A folder of rules laid over the shipped ones."),
        as_json: bool = JSON,
        rules: Path | None = RULES,
    ) -> int:
        """Prove that the rules have no gap, no overlap and no dead rule."""
        from lossadvisor.cli.rules import check_rules as run

        return run(folder or rules, as_json)

    return app


def complete_losses(base: RuleBase) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [loss for loss in base.losses if loss.startswith(incomplete)]

    return complete


def complete_lists(incomplete: str) -> list[str]:
    return [what for what in ("tasks", "questions", "losses", "rules") if what.startswith(incomplete)]
