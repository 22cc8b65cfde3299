"""Recommendations and verdicts for a person at a terminal. The only module that imports rich."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, PASSED, Verdict
from lossadvisor.report.data import boundary, label

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, RenderableType

Data = Mapping[str, Any]
PITFALLS = 5
MARKS = {PASSED: ("✓", "+", "green"), FAILED: ("✗", "x", "bold red"), NOT_CHECKED: ("·", "-", "dim")}


def console(*, stderr: bool = False) -> Console:
    """Where to print: colour and width follow the terminal; piped output has neither."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def show_recommendation(data: Data) -> None:
    """Print the recommendation `data` (of `report.data`)."""
    from rich.text import Text

    out = console()
    for block in recommendation(data):
        out.print(block)
    out.print(Text(folded(data["generate"], out.width), style="cyan"), soft_wrap=True)


def recommendation(data: Data) -> Iterator[RenderableType]:
    """The blocks of a recommendation, from the answer to its sources."""
    from rich.text import Text

    loss = data["loss"]
    yield Text.assemble((loss["name"], "bold"), "  ", (loss["call"], "bold cyan"))
    yield Text(data["because"])
    yield Text(f"\n{data['formula']}", style="italic")
    yield contract(data["contract"])
    if data["conversion"]:
        yield heading("Convert the targets")
        yield Text(f"  {data['conversion']['how']} The program has it as convert().")
    yield from bullets("Terms", [(term["name"], f"{term['weight']} ({term['source']})") for term in data["terms"]])
    yield from bullets("Also on", [(row["option"], row["because"]) for row in data["modifiers"]])
    yield from bullets("Assumed", [(f"--{name} {choice}", "") for name, choice in data["assumed"].items()])
    yield from bullets("Another loss if", grouped(data["would_change"]))
    yield from bullets("Instead", [(row["loss"]["name"], f"if {row['condition']}") for row in data["alternatives"]])
    yield from bullets("Why not", [(row["loss"], row["because"]) for row in data["why_not"]])
    yield from bullets("Pitfalls", pitfalls(data["pitfalls"]))
    yield from bullets("Sources", [(source, "") for source in data["references"]])
    yield heading("Next")


def folded(command: str, width: int) -> str:
    """A command on lines that can be copied into a shell: it goes on where a line ends in a backslash."""
    first, *flags = command.split(" --")
    lines = [f"  {first}"]
    for flag in flags:
        if len(lines[-1]) + len(flag) + len(" -- \\") > width:
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" --{flag}"
    return "\n".join(lines) + "\n"


def grouped(changes: Iterable[Data]) -> list[tuple[str, str]]:
    """Each change of an answer with the loss that it leads to; choices with the same loss on one line."""
    rows: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        rows.setdefault((change["question"], change["loss"]), []).append(change["choice"])
    return [(f"--{question} {'|'.join(choices)}", loss) for (question, loss), choices in rows.items()]


def pitfalls(rows: Sequence[Data]) -> list[tuple[str, str]]:
    """The most specific pitfalls in full, the others by id."""
    told = [(row["name"], f"{row['cause']} {row['fix']}") for row in rows[:PITFALLS]]
    rest = ", ".join(row["id"] for row in rows[PITFALLS:])
    return [*told, ("also", f"{rest} (`lossadvisor explain ID`)")] if rest else told


def heading(title: str) -> RenderableType:
    from rich.text import Text

    return Text(f"\n{title}", style="bold")


def bullets(title: str, items: Iterable[tuple[str, str]]) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    lines = [Text.assemble((name, "cyan"), f": {text}" if text else "") for name, text in items]
    if lines:
        yield heading(title)
        yield from (Padding(line, (0, 0, 0, 2), expand=False) for line in lines)


def contract(data: Data) -> RenderableType:
    """The tensors at the loss boundary as a table."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("", "shape", "dtype", "kind", "range"):
        table.add_column(column, overflow="fold")
    for name, tensor in boundary(data):
        shape = ", ".join(tensor["shape"])
        table.add_row(name, f"\\[{shape}]", tensor["dtype"], tensor["kind"], tensor["range"].replace("[", "\\["))
    return table


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
    """Likely causes of the failures, and the edits that take them away; one for several checks is told once."""
    from rich.padding import Padding
    from rich.text import Text

    told: dict[tuple[str, str, int], list[str]] = {}
    for result in verdict.results:
        if result.cause or result.fix:
            told.setdefault((result.cause, result.fix, result.line), []).append(result.check)
    for (cause, fix, line), checks in told.items():
        where = f"{verdict.program.path or 'line'}{':' if verdict.program.path else ' '}{line}" if line else ""
        parts = [("likely cause", cause), ("edit", fix), ("where", where)]
        text = [Text.assemble((name, "yellow"), f": {said}") for name, said in parts if said]
        yield Text(f"\n{', '.join(checks)}", style="bold")
        yield from (Padding(line, (0, 0, 0, 2), expand=False) for line in text)


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


def summary(verdict: Verdict) -> RenderableType:
    """The sum of a verdict in one line."""
    from rich.text import Text

    word, style = ("proven", "bold green") if verdict.passed else ("not proven", "bold red")
    counts = ", ".join(f"{verdict.count(status)} {status}" for status in (PASSED, FAILED, NOT_CHECKED))
    return Text.assemble((word, style), f": {counts} ({verdict.seconds:.1f} s)")


@contextmanager
def progress(total: int) -> Iterator[Callable[[Verdict], None]]:
    """A progress line on standard error; gives the function to call with each verdict. Silent where nobody watches."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    out = console(stderr=True)
    columns = (TextColumn("proving"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda verdict: bar.advance(task)


def show_sum(verdicts: Iterable[Verdict]) -> None:
    """Print how many programs were proven, which were not checked and why."""
    verdicts = list(verdicts)
    out = console()
    for reason in dict.fromkeys(v.results[0].message for v in verdicts if v.word == NOT_CHECKED):
        left = sum(v.word == NOT_CHECKED and v.results[0].message == reason for v in verdicts)
        out.print(f"not checked: {left} programs: {reason}", markup=False)
    words = [verdict.word for verdict in verdicts]
    checks = sum(verdict.count(PASSED) for verdict in verdicts)
    out.print(
        f"{words.count(PASSED)} programs proven, {words.count(FAILED)} failed, {words.count(NOT_CHECKED)} not checked; "
        f"{checks} checks passed",
        markup=False,
    )
