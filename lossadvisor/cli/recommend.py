"""`lossadvisor recommend`: the loss for a task."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossadvisor.cli.common import gather, one_shot, open_base, save
from lossadvisor.cli.common import told as named
from lossadvisor.report.data import dumps, recommendation_data
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Answers, Recommendation

if TYPE_CHECKING:
    from lossadvisor.labels.profile import Source


def recommend(
    given: Mapping[str, str],
    *,
    source: Source | None = None,
    style: str,
    output: Path | None = None,
    strict: bool,
    rules: Path | None,
    answers: Path | None,
    save_answers: Path | None,
    force: bool,
) -> int:
    """Print the recommendation in a `style`: terminal, json or markdown; or write it to a page."""
    if output is not None:
        from lossadvisor.files import check_new
        from lossadvisor.plot.figure import PAGE, format_of

        format_of(output, (PAGE,))
        check_new(output, force=force)
    base = open_base(rules)
    known, extra = gather(base, given, answers), list[str]()
    if source is None:
        answer = decide(base, known, strict=strict)
        told = None
    else:
        from lossadvisor.cli.labels import seen_by
        from lossadvisor.labels.look import recommended

        seen = seen_by(base, source, known)
        answer, told, extra = recommended(seen, strict=strict), seen.given, seen.flags
    save(answer.answers, save_answers, force=force)
    data = described(base, answer, told=told, extra=extra)
    if output is not None:
        from lossadvisor.files import write_new
        from lossadvisor.report.page import recommendation_page

        write_new(output, recommendation_page(data, drawing(base, answer)), force=force)
        print(f"wrote {output}", file=sys.stderr)
    if output is None or style != "terminal":
        show(data, style)
    return 0


def drawing(base: RuleBase, answer: Recommendation) -> str:
    """The curves of a recommendation and its alternatives for a page, or why there are none."""
    from lossadvisor.cli.plot import drawn as pictured
    from lossadvisor.errors import UserError
    from lossadvisor.plot.choice import MOST, of_answer
    from lossadvisor.plot.figure import need_matplotlib, rendered
    from lossadvisor.report.page import drawn, undrawn

    try:
        need_matplotlib()
        specs, left = of_answer(base, answer, [])
        pictures = pictured(base, specs[:MOST], {})
        return drawn(pictures, rendered(pictures, "svg"), [*(spec.loss for spec in specs[MOST:]), *left])
    except UserError as error:
        return undrawn(error.message, error.hint)


def described(
    base: RuleBase, answer: Recommendation, *, told: Answers | None = None, extra: Sequence[str] = ()
) -> dict[str, Any]:
    """The recommendation as data, with the commands that give it again and go on from it.

    Args:
        told: the answers that the commands name, if not those that the recommendation has.
        extra: further flags of the commands.
    """
    return recommendation_data(
        base,
        answer,
        command=one_shot(answer.answers if told is None else told, extra=extra),
        generate=one_shot(named(answer) if told is None else told, verb="generate", extra=[*extra, "-o", "train.py"]),
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
