"""`lossadvisor recommend`: the loss for a task."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lossadvisor.cli.common import gather, one_shot, open_base, save, told
from lossadvisor.report.data import dumps, recommendation_data
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Recommendation


def recommend(
    given: Mapping[str, str],
    *,
    style: str,
    strict: bool,
    rules: Path | None,
    answers: Path | None,
    save_answers: Path | None,
    force: bool,
) -> int:
    """Print the recommendation in a `style`: terminal, json or markdown."""
    base = open_base(rules)
    answer = decide(base, gather(base, given, answers), strict=strict)
    save(answer.answers, save_answers, force=force)
    show(described(base, answer), style)
    return 0


def described(base: RuleBase, answer: Recommendation) -> dict[str, Any]:
    """The recommendation as data, with the commands that give it again and go on from it."""
    return recommendation_data(
        base,
        answer,
        command=one_shot(answer.answers),
        generate=one_shot(told(answer), verb="generate", extra=["-o", "train.py"]),
    )


def show(data: Mapping[str, Any], style: str) -> None:
    """Print a recommendation."""
    if style == "json":
        print(dumps(data))
    elif style == "markdown":
        from lossadvisor.report.markdown import markdown

        print(markdown(data), end="")
    else:
        from lossadvisor.report.terminal import show_recommendation

        show_recommendation(data)
