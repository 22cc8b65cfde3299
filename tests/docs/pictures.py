"""The pictures of the README, from what the program really shows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from html import unescape
from itertools import groupby

import pyte
from rich.console import Console
from rich.style import Style
from rich.text import Text

from lossadvisor.codegen.program import Spec, render
from lossadvisor.rulebase.load import RuleBase
from tests.questionnaire.conftest import Terminal

WIZARD = "import sys; from lossadvisor.cli import main; sys.exit(main())"
COLUMNS, ROWS = 92, 40
COLOURS = {"brown": "yellow", "brightblack": "bright_black", "brightbrown": "bright_yellow"}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?")


def wizard() -> str:
    """The wizard in the middle of its questions, as SVG."""
    terminal = Terminal(WIZARD, columns=COLUMNS, rows=ROWS)
    with closing(terminal.child):
        terminal.choose("Do you have the labels in a file?", "No")
        terminal.choose("What is the task?", "Several labels per sample")
        terminal.choose("How are the targets stored?", "Multi-hot rows")
        terminal.choose("What matters most?", "Right decisions")
        terminal.choose("Are the labels right and complete?", "Not sure")
        terminal.see("How rare is the rarest class?")
        terminal.point("Up to about 1 in 20")
        terminal.press("?")
        terminal.see("Leads to")
        return svg(list(screen_lines(terminal.screen)), "wizard", "lossadvisor")


def verdict() -> str:
    """The verdict on a program, as SVG; its seconds are left out, since they differ each time."""
    from lossadvisor.proof.cell import Settings
    from lossadvisor.proof.run import prove
    from lossadvisor.report.verdicts import verdict_blocks

    base = RuleBase()
    program = replace(render(base, Spec("cross_entropy", "multiclass", "mlp", "class-index")), path="train.py")
    (found,) = prove(base, [program], Settings(["cpu"], level="smoke"))
    blocks = list(verdict_blocks(found))
    assert isinstance(blocks[-1], Text)
    blocks[-1] = blocks[-1][: blocks[-1].plain.rindex(" (")]
    return svg(blocks, "verdict", "lossadvisor prove train.py")


def curves() -> str:
    """The curves of segmentation losses for a small object, as SVG."""
    from lossadvisor.plot.choice import of_losses, shared_axes
    from lossadvisor.plot.figure import rendered
    from lossadvisor.plot.pictures import draw, programs

    base, given = RuleBase(), {"foreground-fraction": "0.01"}
    specs = of_losses(base, ["bce", "dice", "dice_bce"])
    axes = shared_axes(base, specs)
    return rendered(draw(base, programs(base, specs, axes, given, []), axes, given), "svg").decode("utf-8")


def svg(blocks: Iterable[object], name: str, title: str) -> str:
    """What rich makes of `blocks`, without fonts from elsewhere."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(*blocks, sep="\n")
    picture = console.export_svg(title=title, unique_id=name)
    return re.sub(r"\s*@font-face \{.*?\}", "", picture, flags=re.DOTALL)


def screen_lines(screen: pyte.Screen) -> Iterator[Text]:
    """The lines of a terminal down to the last one that isn't empty."""
    last = max(number for number, line in enumerate(screen.display) if line.strip())
    for row in range(last + 1):
        cells = [screen.buffer[row][column] for column in range(screen.columns)]
        line = Text()
        for style, alike in groupby(cells, key=style_of):
            shown = "".join(cell.data for cell in alike)
            words = shown.lstrip()
            # Blanks stand alone: some viewers drop them at the start of a text.
            line.append(" " * (len(shown) - len(words)), style).append(words, style)
        line.rstrip()
        yield line


def style_of(cell: pyte.screens.Char) -> Style:
    return Style(color=colour(cell.fg), bold=cell.bold, reverse=cell.reverse)


def colour(name: str) -> str | None:
    """A colour of pyte in the words of rich."""
    if name == "default":
        return None
    return f"#{name}" if re.fullmatch("[0-9a-f]{6}", name) else COLOURS.get(name, name)


def text(picture: str) -> list[str]:
    """What a picture says, its numbers left out: they may differ in the last place."""
    found = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    return [NUMBER.sub("#", unescape(part)).strip() for part in found if unescape(part).strip()]
