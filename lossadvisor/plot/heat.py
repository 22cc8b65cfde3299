"""A plane as characters: shades for values, marks for the path."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lossadvisor.plot.chart import LABEL, Cell, Row, cells
from lossadvisor.plot.line import figure
from lossadvisor.plot.planes import Plane, Surface, lowest

SHADES = " ░▒▓█"
ASCII_SHADES = " .:+#"
HOLE = "?"
START, END, LEAST, WAY = "S", "E", "M", "o"
MOST_ROWS = 31


def heat(plane: Plane, surface: Surface, *, width: int, ascii_only: bool) -> list[Row]:
    """Rows of cells, the highest y first: a shade for each place, the path, and the numbers of both axes."""
    room = width - LABEL - 1
    wide = 2 if 2 * len(plane.xs) <= room else 1
    columns = thinned(len(plane.xs), room // wide)
    lines = thinned(len(plane.ys), MOST_ROWS)
    shades, limits = ASCII_SHADES if ascii_only else SHADES, thresholds(surface)
    marks = path_marks(plane, surface, columns, lines)
    rows = []
    for line in reversed(lines):
        label = figure(plane.ys[line]) if line in (lines[0], lines[-1]) else ""
        shown = [
            marks.get((line, column)) or [Cell(shade(surface[line][column], limits, shades))] * 2 for column in columns
        ]
        rows.append([*cells(label.rjust(LABEL)[:LABEL] + " "), *(cell for pair in shown for cell in pair[:wide])])
    low, high = figure(plane.xs[columns[0]]), figure(plane.xs[columns[-1]])
    rows.append(cells(" " * (LABEL + 1) + low + high.rjust(wide * len(columns) - len(low))))
    return rows


def thinned(count: int, most: int) -> list[int]:
    """At most so many of `count` places, evenly."""
    return [*range(0, count, max(1, math.ceil(count / max(most, 1))))]


def thresholds(surface: Surface) -> list[float]:
    """The values at which shades change: each holds as many places."""
    values = sorted(value for row in surface for value in row if math.isfinite(value))
    parts = len(SHADES)
    return [values[len(values) * part // parts] for part in range(1, parts)] if values else []


def shade(value: float, limits: Sequence[float], shades: str) -> str:
    return shades[sum(value > limit for limit in limits)] if math.isfinite(value) else HOLE


def path_marks(
    plane: Plane, surface: Surface, columns: Sequence[int], lines: Sequence[int]
) -> dict[tuple[int, int], list[Cell]]:
    """The cells of the path, of the place with the least value, and of start and end, which hide the others."""
    found: dict[tuple[int, int], list[Cell]] = {}
    value, *place = lowest(plane, surface)
    marks = [(WAY, at) for at in plane.path] + ([] if math.isnan(value) else [(LEAST, (place[0], place[1]))])
    for mark, (x, y) in [*marks, (START, plane.path[0]), (END, plane.path[-1])]:
        column = min(columns, key=lambda column: abs(plane.xs[column] - x))
        line = min(lines, key=lambda line: abs(plane.ys[line] - y))
        found[line, column] = [Cell(mark, 3), Cell(" ", 3)]
    return found


def key(surface: Surface, *, ascii_only: bool) -> str:
    """What the shades stand for."""
    shades, limits = ASCII_SHADES if ascii_only else SHADES, thresholds(surface)
    parts = [
        f"{shade if shade.strip() else 'blank'} up to {figure(limit)}"
        for shade, limit in zip(shades[:-1], limits, strict=False)
    ]
    return ", ".join([*parts, f"{shades[-1]} above"]) if limits else f"{HOLE} not finite"
