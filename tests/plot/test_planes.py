"""Planes in the terminal and as files, and the toy one."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from lossadvisor.plot.heat import HOLE, heat
from lossadvisor.plot.planes import MINIMA, Plane, descent, evenly, himmelblau, himmelblau_slope, lowest, read, toy
from lossadvisor.report.planes import show_planes

GOLDEN = Path(__file__).parent / "golden"
AXIS = evenly(-1.0, 1.0, 5)
BOWL = tuple(tuple(x * x + 2 * y * y for x in AXIS) for y in AXIS)
HOLED = (*BOWL[:-1], (math.nan, *BOWL[-1][1:-1], math.inf))
PLANE = Plane(
    "around", ("direction 1", "direction 2"), AXIS, AXIS, {"bowl": BOWL}, ((1.0, 1.0), (0.5, 0.5), (0.0, 0.0))
)


def printed(plane: Plane, width: int, *, colour: bool, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
    system = "truecolor" if colour else None
    out = Console(file=stream, width=width, force_terminal=colour, color_system=system, highlight=False)  # type: ignore[arg-type]
    show_planes([plane], out)
    return stream.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("style", ["plain", "colour", "ascii"])
def test_a_plane_is_the_committed_one(width: int, style: str, committed: Callable[[Path, str], None]) -> None:
    text = printed(toy(21), width, colour=style == "colour", encoding="ascii" if style == "ascii" else "utf-8")
    committed(GOLDEN / f"plane-{style}-{width}.txt", text)


@pytest.mark.parametrize("points", [5, 21, 101])
@pytest.mark.parametrize("width", [30, 40, 80])
def test_no_line_is_wider_than_the_terminal(points: int, width: int) -> None:
    assert max(map(len, printed(toy(points), width, colour=False).splitlines())) <= width


def test_the_path_has_a_start_and_an_end_and_y_grows_upwards() -> None:
    rows = ["".join(cell.text for cell in row) for row in heat(PLANE, BOWL, width=40, ascii_only=True)]
    assert "S" in rows[0]
    assert "o" in rows[1]
    assert "E" in rows[2]
    assert rows[0].lstrip().startswith("1")
    assert rows[-2].lstrip().startswith("-1")


def test_what_is_not_finite_is_a_hole_and_counted() -> None:
    rows = heat(PLANE, HOLED, width=40, ascii_only=False)
    assert sum(cell.text == HOLE for row in rows for cell in row) == 2  # the other one lies below the start
    (said,) = read(PLANE._replace(surfaces={"bowl": HOLED}), {"bowl": 0.0})
    told = "bowl: 0 at the end of the training, the least in this plane; up to 3"
    assert said == f"{told}; 2 of 25 places are not finite"


def test_where_training_did_not_end_at_the_least_value_a_caption_says_where_that_is() -> None:
    (said,) = read(PLANE, {"bowl": 0.2})
    assert said == "bowl: 0.2 at the end of the training, less at (0, 0): 0; up to 3"


def test_the_least_value_is_marked_unless_training_starts_or_ends_there() -> None:
    ended = PLANE._replace(path=((1.0, 1.0), (0.5, 0.5)))
    for plane, marks in ((PLANE, "SoE"), (ended, "SEM")):
        text = "".join(cell.text for row in heat(plane, BOWL, width=40, ascii_only=True)[:-1] for cell in row)
        assert "".join(mark for mark in text if mark in "SEMo") == marks


def test_a_surface_without_any_number_says_so() -> None:
    nothing = tuple((math.nan,) * 5 for _ in AXIS)
    plane = PLANE._replace(surfaces={"bowl": nothing})
    assert [*read(plane, {})] == ["bowl: not a number anywhere"]
    assert math.isnan(lowest(plane, nothing)[0])
    assert HOLE in printed(plane, 60, colour=False)


def test_the_minima_of_the_toy_are_all_zero() -> None:
    for place in MINIMA:
        assert himmelblau(*place) == pytest.approx(0, abs=1e-9)
        assert himmelblau_slope(*place) == pytest.approx((0, 0), abs=1e-3)


def test_descent_on_the_toy_ends_in_another_basin_than_the_figure_points_to() -> None:
    end = descent((-4.5, 4.5))[-1]
    assert end == pytest.approx(MINIMA[1], abs=1e-3)
    assert math.dist(end, (3, 2)) > 5
    assert "ends at (-2.81, 3.13), 5.91 away from (3, 2)" in toy(5).said[-1]
    assert "All 4 minima are 0" in toy(5).said[1]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_files_are_the_same_each_time_and_hold_all_planes(ending: str) -> None:
    pytest.importorskip("matplotlib")
    from lossadvisor.plot.relief import rendered

    planes = [PLANE._replace(surfaces={"a": BOWL, "b": HOLED}), PLANE._replace(name="trajectory")]
    assert rendered(planes, ending) == rendered(planes, ending)
