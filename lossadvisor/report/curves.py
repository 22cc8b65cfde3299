"""Pictures of losses in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from lossadvisor.plot.chart import ASCII_MARKS, MARKS, NOBODY, Row, chart
from lossadvisor.plot.line import figure, label
from lossadvisor.plot.records import Curve, Picture
from lossadvisor.plot.scale import Scale, scales
from lossadvisor.report.terminal import console

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#0072B2", "#F0E442", "#999999")
"""Told apart by eyes of any kind (Okabe and Ito 2008)."""
BESIDE = 100
"""From so many columns on, loss and gradient stand side by side."""


def show_pictures(pictures: Sequence[Picture], out: Console | None = None) -> None:
    """Print pictures, as wide as the terminal."""
    out = out or console()
    for picture in pictures:
        for line in lines(picture, width=out.width, ascii_only=not writes_braille(out.file)):
            out.print(line, soft_wrap=True)


def writes_braille(stream: object) -> bool:
    """Whether a stream's encoding has the characters of a picture."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        f"⣿│└─┬{MARKS}".encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def lines(picture: Picture, *, width: int, ascii_only: bool = False) -> Iterator[Text]:
    """The lines of a picture, none wider than `width`."""
    from rich.text import Text

    axis = picture.axis
    yield from (Text(part, style="bold") for part in wrap(f"{axis.id}: {axis.say}", width))
    for name, number in picture.numbers.items():
        told = f"--{name.replace('_', '-')} {figure(number)}: {axis.numbers[name].say}"
        yield from (Text(part, style="dim") for part in wrap(told, width, subsequent_indent="  "))
    yield from beside(picture, scales(picture), width, ascii_only=ascii_only)
    marks = ASCII_MARKS if ascii_only else MARKS
    for number, curve in enumerate(picture.curves):
        yield from legend(curve, marks[number], COLOURS[number], width)
    yield Text("")


def beside(picture: Picture, charts: Mapping[str, Scale], width: int, *, ascii_only: bool) -> Iterator[Text]:
    """The charts side by side if there is room, else below each other."""
    from rich.text import Text

    room = (width - 2) // 2 if width >= BESIDE else width
    drawn = []
    for title, scaled in charts.items():
        rows = chart(
            picture.places, scaled, picture.axis.marks, width=room, height=11 if width >= BESIDE else 9,
            ascii_only=ascii_only,
        )  # fmt: skip
        head = Text(f"{title}{note(scaled)}"[:room].ljust(room))
        drawn.append([head, *map(coloured, rows)])
    pairs = zip(*drawn, strict=True) if width >= BESIDE else ((line,) for lines in drawn for line in lines)
    for parts in pairs:
        line = Text("  ").join(parts)
        line.rstrip()
        yield line


def note(scaled: Scale) -> str:
    """What the axis leaves out."""
    parts = [
        *(["each above its least value"] if scaled.own else []),
        *([f"cut off, up to {figure(scaled.cut)}"] if scaled.cut is not None else []),
    ]
    return f" ({', '.join(parts)})" if parts else ""


def coloured(row: Row) -> Text:
    from rich.text import Text

    line = Text()
    for curve, alike in groupby(row, key=lambda cell: cell.curve):
        text = "".join(cell.text for cell in alike)
        line.append(text, style=None if curve == NOBODY else COLOURS[curve])
    return line


def legend(curve: Curve, mark: str, colour: str, width: int) -> Iterator[Text]:
    """The mark of a curve, its loss and what its numbers show."""
    from rich.text import Text

    first, *rest = wrap(f"{label(curve)}: {curve.reading}", width - 2)
    yield Text.assemble((mark, colour), " ", first)
    yield from (Text(f"  {part}") for part in rest)
