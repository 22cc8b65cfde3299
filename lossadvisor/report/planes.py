"""Planes of losses in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from lossadvisor.plot.heat import END, LEAST, START, heat, key
from lossadvisor.plot.planes import Plane
from lossadvisor.report.curves import coloured, writes_braille
from lossadvisor.report.terminal import console

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


def show_planes(planes: Sequence[Plane], out: Console | None = None) -> None:
    """Print planes, as wide as the terminal."""
    out = out or console()
    for plane in planes:
        for line in lines(plane, width=out.width, ascii_only=not writes_braille(out.file)):
            out.print(line, soft_wrap=True)


def lines(plane: Plane, *, width: int, ascii_only: bool) -> Iterator[Text]:
    """The lines of a plane, none wider than `width`."""
    from rich.text import Text

    for name, surface in plane.surfaces.items():
        yield from (Text(part, style="bold") for part in wrap(f"{name}, {plane.name}", width))
        for row in heat(plane, surface, width=width, ascii_only=ascii_only):
            line = coloured(row)
            line.rstrip()
            yield line
        start = f"{START} start, " if len(plane.path) > 1 else ""
        marks = f"{start}{END} end of the training, {LEAST} least"
        yield from map(Text, wrap(f"{key(surface, ascii_only=ascii_only)}; {marks}", width))
    yield from (
        Text(part) for sentence in plane.said for part in wrap(plain(sentence) if ascii_only else sentence, width)
    )
    yield Text("")


def plain(text: str) -> str:
    """A sentence in ASCII."""
    return text.replace("²", "^2").encode("ascii", "replace").decode("ascii")
