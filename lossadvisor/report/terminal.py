"""Recommendations for a person at a terminal. Only this module and `verdicts` import rich."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lossadvisor.report.data import boundary

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Data = Mapping[str, Any]
PITFALLS = 5


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
