"""A look at labels for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lossadvisor.labels.records import KINDS, LabelProfile
from lossadvisor.report.distribution import show_distribution
from lossadvisor.report.terminal import bullets, console, folded, recommendation

if TYPE_CHECKING:
    from lossadvisor.labels.answers import Answer


def show_profile(profile: LabelProfile, answers: Iterable[Answer], *, caveats: Iterable[str] = ()) -> None:
    """Print what labels are and what was seen, the distribution, and the answers that follow."""
    from rich.text import Text

    out = console()
    where = f"{profile.source} ({', '.join(profile.columns)})" if profile.columns else profile.source
    out.print(
        Text.assemble((where, "bold"), ": ", (KINDS[profile.kind], "bold cyan"), f", {profile.confidence:.0%} sure")
    )
    out.print(Text(f"{size(profile)}; {profile.storage.format}, {profile.storage.dtype}", style="dim"))
    for line in profile.evidence:
        out.print(Text(f"  {line}"))
    out.print()
    show_distribution(profile, out)
    told = [
        (f"--{answer.question} {answer.choice}", f"{answer.confidence:.0%}, {answer.evidence}") for answer in answers
    ]
    for block in (
        *bullets("To know", [(line, "") for line in (*profile.findings, *caveats)]),
        *bullets("Answers", told),
    ):
        out.print(block)


def size(profile: LabelProfile) -> str:
    """Rows, and how many of them have no label."""
    missing = f", {profile.missing:,} of them without a label" if profile.missing else ""
    return f"{profile.rows:,} {'row' if profile.rows == 1 else 'rows'}{missing}"


def show_rest(data: Mapping[str, Any], *, question: tuple[str, str] | None) -> None:
    """Print what is left to ask, the recommendation if there is one, and the command that goes on.

    Args:
        question: what the labels can't tell, and the flags that settle it; None where they are no target.
    """
    from rich.text import Text

    out, found = console(), data["recommendation"]
    asks = [] if found or not question else [question]
    if found:
        left = {open_["question"]: open_ for open_ in data["open"]}
        asks = [(f"--{name} {'|'.join(left[name]['choices'])}", left[name]["ask"]) for name in left]
    for block in bullets("Left to ask", asks):
        out.print(block)
    if found:
        out.print()
        for block in recommendation(found):
            out.print(block)
        out.print(Text(folded(found["generate"], out.width), style="cyan"), soft_wrap=True)
    elif question:
        out.print(Text(f"\n{folded(data['command'], out.width)}", style="cyan"), soft_wrap=True)
    else:
        out.print(Text("\nNothing can be learned from these as they are. --column names another column.", style="bold"))
