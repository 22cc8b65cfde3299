"""Verdicts on a page: each check with what it saw, and of a failure its likely cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, PASSED, Verdict
from lossadvisor.report.data import label
from lossadvisor.report.html import prose, table
from lossadvisor.report.page import Part
from lossadvisor.report.verdicts import MARKS, by_program, causes, counts, lines, reasons

CLASSES = {PASSED: "passed", FAILED: "failed", NOT_CHECKED: "left"}


def verdicts_part(verdicts: Sequence[Verdict], note: str = "") -> Part:
    """The verdicts of all programs, those of several cells as a table; the sum is that of one that failed."""
    parts = [f"<p>{prose(note)}</p>"] if note else []
    for found in by_program(verdicts):
        parts += several(found) if len(found) > 1 else single(found[0])
    shown = next((verdict for verdict in verdicts if verdict.failed), verdicts[0])
    return Part("\n".join(parts), summary(shown))


def single(verdict: Verdict) -> Iterator[str]:
    """A program in one cell."""
    yield f"<h3>{escape(f'{verdict.program.path or label(verdict)} on {verdict.cell}')}</h3>"
    yield f"<p>{summary(verdict)}</p>"
    yield from advice([verdict])
    yield from table(
        (),
        [(escape(names), marked(status), prose(message)) for names, status, message in lines(verdict)],
        "checks",
    )


def several(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A program in several cells: a row for each check, what did not pass, and why."""
    yield f"<h3>{escape(verdicts[0].program.path or label(verdicts[0]))}</h3>"
    known = [{result.check: result.status for result in verdict.results} for verdict in verdicts]
    yield "<ul>"
    yield from (f"<li>{escape(str(verdict.cell))}: {summary(verdict)}</li>" for verdict in verdicts)
    yield "</ul>"
    yield from advice(verdicts)
    yield from table(
        ("check", *(str(verdict.cell) for verdict in verdicts)),
        [
            (escape(check), *(marked(statuses.get(check, "")) for statuses in known))
            for check in dict.fromkeys(check for statuses in known for check in statuses)
        ],
    )
    yield from table(
        (),
        [
            (escape(names), marked(status), escape(", ".join(cells)), prose(message))
            for (names, status, message), cells in reasons(verdicts).items()
        ],
        "checks",
    )


def advice(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Likely causes of the failures; those that several cells share are told once."""
    for checks, said in dict.fromkeys(cause for verdict in verdicts for cause in causes(verdict)):
        yield f"<p><strong>{escape(checks)}</strong></p>"
        yield f"<ul>{''.join(f'<li>{name}: {prose(text)}</li>' for name, text in said)}</ul>"


def marked(status: str) -> str:
    """A status in words, with its mark; nothing for none."""
    return f'<span class="{CLASSES[status]}">{MARKS[status][0]} {status}</span>' if status else ""


def summary(verdict: Verdict) -> str:
    word, told = counts(verdict)
    return f'<strong class="{CLASSES[verdict.word]}">{word}</strong>: {told}'
