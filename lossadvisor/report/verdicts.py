"""Verdicts for a person at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lossadvisor.proof.cell import Cell
from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, PASSED, Verdict
from lossadvisor.report.data import label
from lossadvisor.report.terminal import console

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

MARKS = {PASSED: ("✓", "+", "green"), FAILED: ("✗", "x", "bold red"), NOT_CHECKED: ("·", "-", "dim")}


def show_verdict(verdict: Verdict, *, out: Console | None = None) -> None:
    """Print all checks of one program."""
    out = out or console()
    for block in verdict_blocks(verdict, plain=plain(out)):
        out.print(block)


def plain(out: Console) -> bool:
    return not out.encoding.lower().startswith("utf")


def verdict_blocks(verdict: Verdict, *, plain: bool = False) -> Iterator[RenderableType]:
    """The blocks of a verdict: one line per check, then the sum."""
    from rich.table import Table
    from rich.text import Text

    yield Text(f"{verdict.program.path or label(verdict)} on {verdict.cell}", style="bold")
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 1))
    table.add_column()
    table.add_column(max_width=24)
    table.add_column()
    for names, status, message in lines(verdict):
        mark, ascii_mark, style = MARKS[status]
        note = message if status == PASSED else f"{status}: {message}"
        table.add_row(Text(ascii_mark if plain else mark, style), Text(names, style), Text(note))
    yield table
    yield from advice(verdict)
    yield summary(verdict)


def advice(verdict: Verdict) -> Iterator[RenderableType]:
    """Likely causes of the failures, and the edits that take them away."""
    from rich.padding import Padding
    from rich.text import Text

    for checks, said in causes(verdict):
        yield Text(f"\n{checks}", style="bold")
        for name, text in said:
            yield Padding(Text.assemble((name, "yellow"), f": {text}"), (0, 0, 0, 2), expand=False)


def causes(verdict: Verdict) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Checks that failed, and what is known of why, by name; what is the same for several checks comes once."""
    told: dict[tuple[str, str, int], list[str]] = {}
    for result in verdict.results:
        if result.cause or result.fix:
            told.setdefault((result.cause, result.fix, result.line), []).append(result.check)
    for (cause, fix, line), checks in told.items():
        where = f"{verdict.program.path or 'line'}{':' if verdict.program.path else ' '}{line}" if line else ""
        parts = [("likely cause", cause), ("edit", fix), ("where", where)]
        yield ", ".join(checks), tuple((name, said) for name, said in parts if said)


def lines(verdict: Verdict) -> Iterator[tuple[str, str, str]]:
    """Check, status and message of each line; checks that were left out for one reason share a line."""
    left: dict[str, list[str]] = {}
    for result in verdict.results:
        if result.status == NOT_CHECKED:
            left.setdefault(result.message, []).append(result.check)
        else:
            at = f" (line {result.line})" if result.line and not (result.cause or result.fix) else ""
            yield result.check, result.status, result.message + at
    yield from ((", ".join(names), NOT_CHECKED, reason) for reason, names in left.items())


def summary(verdict: Verdict) -> Text:
    """The sum of a verdict in one line."""
    from rich.text import Text

    word, told = counts(verdict)
    return Text.assemble((word, "bold green" if verdict.passed else "bold red"), f": {told}")


def counts(verdict: Verdict) -> tuple[str, str]:
    """Whether a program is proven, and how many checks passed, failed or were not checked."""
    numbers = ", ".join(f"{verdict.count(status)} {status}" for status in (PASSED, FAILED, NOT_CHECKED))
    return "proven" if verdict.passed else "not proven", f"{numbers} ({verdict.seconds:.1f} s)"


def by_program(verdicts: Iterable[Verdict]) -> list[list[Verdict]]:
    """The verdicts on each program."""
    found: dict[int, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(id(verdict.program), []).append(verdict)
    return [*found.values()]


def show_matrix(verdicts: Sequence[Verdict]) -> None:
    """Print the verdicts on one program in several cells: a table of checks and cells, then what failed, then the sums.

    A check that has no place in a cell (where precision can't change it) leaves it blank.
    """
    from rich.table import Table
    from rich.text import Text

    out = console()
    known = [{result.check: result.status for result in verdict.results} for verdict in verdicts]
    out.print(Text(verdicts[0].program.path or label(verdicts[0]), style="bold"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 1), header_style="dim")
    for column in ("", *(str(verdict.cell) for verdict in verdicts)):
        table.add_column(column)
    for check in dict.fromkeys(check for statuses in known for check in statuses):
        marks = (MARKS.get(statuses.get(check, ""), ("", "", "")) for statuses in known)
        table.add_row(check, *(Text(mark[plain(out)], mark[2]) for mark in marks))
    out.print(table, "")
    for (names, status, message), cells in reasons(verdicts).items():
        out.print(Text(f"{', '.join(cells)}: {names}: {status}: {message}", MARKS[status][2]))
    for verdict in verdicts:
        for block in (*advice(verdict), Text.assemble(f"{verdict.cell}: ", summary(verdict))):
            out.print(block)


def reasons(verdicts: Iterable[Verdict]) -> dict[tuple[str, str, str], list[str]]:
    """By checks, status and message, the cells in which they did not pass; "all" stands for all checks of a cell."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for verdict in verdicts:
        left = [line for line in lines(verdict) if line[1] != PASSED]
        if len(left) == 1 and verdict.word == NOT_CHECKED:
            left = [("all", *left[0][1:])]
        for line in left:
            found.setdefault(line, []).append(str(verdict.cell))
    return found


@contextmanager
def progress(total: int, what: str = "proving") -> Iterator[Callable[..., None]]:
    """A progress line on standard error; gives the function to call for each step. Silent where nobody watches."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    out = console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda *_: bar.advance(task)


def show_sum(verdicts: Iterable[Verdict]) -> None:
    """Print how many programs were proven in each cell, which were not checked and why."""
    cells: dict[Cell, list[Verdict]] = {}
    for verdict in verdicts:
        cells.setdefault(verdict.cell, []).append(verdict)
    out = console()
    for cell, found in cells.items():
        for reason in dict.fromkeys(v.results[0].message for v in found if v.word == NOT_CHECKED):
            left = sum(v.word == NOT_CHECKED and v.results[0].message == reason for v in found)
            out.print(f"{cell}: not checked: {left} programs: {reason}", markup=False)
    for cell, found in cells.items():
        words = [verdict.word for verdict in found]
        counts = f"{words.count(PASSED)} programs proven, {words.count(FAILED)} failed"
        checks = sum(verdict.count(PASSED) for verdict in found)
        out.print(f"{cell}: {counts}, {words.count(NOT_CHECKED)} not checked; {checks} checks passed", markup=False)
