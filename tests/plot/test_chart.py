"""Charts keep their width, need no colour, and are the committed ones; `--update-snapshots` writes those anew."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from lossadvisor.plot.chart import ASCII_MARKS, MARKS, chart, ticks
from lossadvisor.plot.records import Curve, Picture
from lossadvisor.plot.scale import scale
from lossadvisor.report.curves import COLOURS, show_pictures, writes_braille
from lossadvisor.rulebase.records import Axis, Number

GOLDEN = Path(__file__).parent / "golden"
PLACES = tuple(number / 20 for number in range(-60, 61))
AXIS = Axis(
    "residual", "prediction - target", "residual", -3.0, 3.0, ("value",), {0.0: "exact"},
    {"share": Number(0.25, "how much of the whole this is, told in words that need a second line")},
)  # fmt: skip
CURVES = (
    Curve("square", "value", tuple(x * x for x in PLACES), tuple(2 * x for x in PLACES), {}, "grows in proportion"),
    Curve(
        "absolute", "value", tuple(map(abs, PLACES)), tuple((x > 0) - (x < 0) + 0.0 for x in PLACES),
        {"delta": 1.5, "epsilon": 1e-7, "mean": True}, "keeps its size however far off; just as steep at the minimum",
    ),
    Curve(
        "root", "value", tuple(math.sqrt(x) if x >= 0 else math.nan for x in PLACES),
        tuple(0.5 / math.sqrt(x) if x > 0 else math.nan for x in PLACES), {}, "not finite at 60 of 121 places",
    ),
)  # fmt: skip
PICTURE = Picture(AXIS, {"share": 0.25}, PLACES, CURVES)


def printed(width: int, *, colour: bool, encoding: str = "utf-8") -> str:
    """The picture as a terminal of that width gets it."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
    system = "truecolor" if colour else None
    out = Console(file=stream, width=width, force_terminal=colour, color_system=system, highlight=False)  # type: ignore[arg-type]
    show_pictures([PICTURE], out)
    return stream.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("style", ["plain", "colour", "ascii"])
def test_a_picture_is_the_committed_one(width: int, style: str, committed: Callable[[Path, str], None]) -> None:
    text = printed(width, colour=style == "colour", encoding="ascii" if style == "ascii" else "utf-8")
    committed(GOLDEN / f"{style}-{width}.txt", text)


@pytest.mark.parametrize("width", [30, 40, 57, 99, 100, 101, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_line_is_wider_than_the_terminal(width: int, encoding: str) -> None:
    assert max(map(len, printed(width, colour=False, encoding=encoding).splitlines())) <= width


def test_without_colours_each_curve_has_a_mark_of_its_own() -> None:
    for encoding, marks in {"utf-8": MARKS, "ascii": ASCII_MARKS}.items():
        chart_, legend = printed(80, colour=False, encoding=encoding).rsplit("3\n", 1)
        for mark, curve in zip(marks, CURVES, strict=False):
            assert chart_.count(mark) > 3
            assert f"{mark} {curve.loss}" in legend
    assert "\x1b" not in printed(80, colour=False)


def test_there_is_a_mark_and_a_colour_for_as_many_curves_as_fit() -> None:
    from lossadvisor.plot.choice import MOST
    from lossadvisor.plot.figure import COLOURS as ON_PAPER
    from lossadvisor.plot.figure import MARKS as OF_FILES

    for known in (MARKS, ASCII_MARKS, COLOURS, ON_PAPER, OF_FILES):
        assert len(set(known)) == len(known) >= MOST


def test_what_an_encoding_cannot_say_is_drawn_in_ascii() -> None:
    streams = {name: io.TextIOWrapper(io.BytesIO(), encoding=name) for name in ("utf-8", "ascii", "latin-1", "cp437")}
    assert [name for name, stream in streams.items() if writes_braille(stream)] == ["utf-8"]
    assert printed(80, colour=False, encoding="ascii").isascii()
    assert writes_braille(io.StringIO())


@pytest.mark.parametrize("ascii_only", [True, False])
def test_curves_that_coincide_are_both_seen(ascii_only: bool) -> None:  # noqa: FBT001
    twice = scale([CURVES[0].values, CURVES[0].values])
    rows = chart(PLACES, twice, {}, width=60, height=8, ascii_only=ascii_only)
    assert {cell.curve for row in rows for cell in row} == {-1, 0, 1}
    assert {len(row) for row in rows} == {60}


def test_the_numbers_below_an_axis_keep_apart() -> None:
    assert ticks({0: -1.0, 5: 0.0, 10: 1.0}, 11) == "-1   0    1"
    assert ticks({0: -1.0, 1: -0.9, 10: 1.0}, 11) == "-1        1"
    assert ticks({0: -0.001, 3: 1000.0}, 4) == "    "


def test_a_curve_that_is_not_finite_anywhere_leaves_the_others_alone() -> None:
    nothing = (math.nan,) * len(PLACES)
    rows = chart(PLACES, scale([nothing, CURVES[0].values]), {}, width=50, height=6, ascii_only=True)
    assert {cell.curve for row in rows for cell in row} == {-1, 1}
    assert chart(PLACES, scale([nothing]), {}, width=50, height=6, ascii_only=False)
