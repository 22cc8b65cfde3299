"""`lossadvisor recommend`: the loss for a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossadvisor.cli.common import gather, one_shot, open_base, save, writable, write
from lossadvisor.cli.common import told as named
from lossadvisor.errors import UserError
from lossadvisor.report.data import dumps, recommendation_data
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Answers, Recommendation

if TYPE_CHECKING:
    from lossadvisor.labels.profile import Source
    from lossadvisor.report.page import Part


def recommend(
    given: Mapping[str, str],
    *,
    source: Source | None = None,
    style: str,
    output: Path | None = None,
    check: bool = True,
    strict: bool,
    rules: Path | None,
    answers: Path | None,
    save_answers: Path | None,
    force: bool,
) -> int:
    """Print the recommendation in a `style`: terminal, json or markdown; or write it to a page.

    Args:
        check: prove the program that goes with a page.

    Returns:
        the exit code: 1 for a page whose program fails.
    """
    if output is not None:
        from lossadvisor.cli import page
        from lossadvisor.plot.figure import PAGE
        from lossadvisor.report.page import recommendation_page

        writable(output, (PAGE,), force=force)
    elif not check:
        raise UserError("--no-prove is for a page", hint="-o FILE.html writes one; without it nothing is proven.")
    base = open_base(rules)
    known, extra, values, code = gather(base, given, answers), list[str](), dict[str, Any](), 0
    if source is None:
        answer = decide(base, known, strict=strict)
        told = None
    else:
        from lossadvisor.cli.labels import seen_by
        from lossadvisor.labels.look import recommended

        seen = seen_by(base, source, known)
        answer, told, extra = recommended(seen, strict=strict), seen.given, seen.flags
        values = seen.values
    save(answer.answers, save_answers, force=force)
    data = described(base, answer, told=told, extra=extra)
    if output is not None:
        drawn = page.curves_of(base, answer)
        if check:
            content, code = page.proven(base, answer, data, page.generated(base, answer, values), drawn)
        else:
            content = recommendation_page(data, unproven(answer), drawn)
        write(output, content, force=force)
    if output is None or style != "terminal":
        show(data, style)
    return code


def unproven(answer: Recommendation) -> Part:
    from lossadvisor.report.page import without

    return without("Not proven", "it was not asked for", f"`{one_shot(named(answer), verb='prove')}` does it.")


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
