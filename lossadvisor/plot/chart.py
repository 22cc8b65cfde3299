"""Curves as characters: braille dots with marks on the lines, or plain ASCII."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lossadvisor.plot.line import figure
from lossadvisor.plot.scale import Scale

MARKS = "●■▲◆▼○□△"
ASCII_MARKS = "ox+*#@%&"
"""What stands for each curve, so that colours are not needed."""
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of a braille character, row by row."""
BLANK = 0x2800
LABEL = 8
"""Columns for the numbers of the vertical axis."""
NOBODY = -1


class Cell(NamedTuple):
    """A character, and the number of the curve that it belongs to, or -1."""

    text: str
    curve: int = NOBODY


Row = list[Cell]
Grid = dict[tuple[int, int], Cell]


def chart(
    places: Sequence[float], scaled: Scale, marks: Mapping[float, str], *, width: int, height: int, ascii_only: bool
) -> list[Row]:
    """Rows of exactly `width` cells: the curves, an axis on the left and one below, with their numbers."""
    columns = width - LABEL - 1
    draw = letters if ascii_only else braille
    grid = draw(places, scaled, columns, height)
    side, corner, line, tick = "|+-+" if ascii_only else "│└─┬"
    low = 0.0 if abs(scaled.low) < 1e-3 * (scaled.high - scaled.low) else scaled.low
    numbers = {0: figure(scaled.high), height - 1: figure(low)}
    rows = []
    for row in range(height):
        label = numbers.get(row, "").rjust(LABEL)[:LABEL]
        rows.append([*cells(label + side), *(grid.get((row, column), Cell(" ")) for column in range(columns))])
    at = {column_of(places, place, columns): place for place in (places[0], places[-1], *sorted(marks))}
    below = "".join(tick if column in at else line for column in range(columns))
    rows.append(cells(" " * LABEL + corner + below))
    rows.append(cells(" " * (LABEL + 1) + ticks(at, columns)))
    return rows


def cells(text: str) -> Row:
    return [*map(Cell, text)]


def column_of(places: Sequence[float], place: float, columns: int) -> int:
    share = (place - places[0]) / (places[-1] - places[0])
    return min(max(round(share * (columns - 1)), 0), columns - 1)


def ticks(at: Mapping[int, float], columns: int) -> str:
    """The numbers below an axis, each about its column; one that has no room is left out, but not those of the ends."""
    text = [" "] * columns
    ends = {0, columns - 1}
    for column in sorted(at, key=lambda column: column not in ends):
        number = figure(at[column])
        start = min(max(column - len(number) // 2, 0), columns - len(number))
        around = text[max(start - 1, 0) : start + len(number) + 1]
        if start >= 0 and not "".join(around).strip():
            text[start : start + len(number)] = number
    return "".join(text)


def heights(places: Sequence[float], values: Sequence[float], scaled: Scale, count: int) -> list[float | None]:
    """How high a curve is at `count` places, evenly spaced: 0 at the bottom, 1 at the top; None where it has no value.

    What lies above the axis is above 1.
    """
    found: list[float | None] = []
    number = 0
    for column in range(count):
        place = places[0] + (places[-1] - places[0]) * column / max(count - 1, 1)
        while number < len(places) - 2 and places[number + 1] < place:
            number += 1
        share = (place - places[number]) / (places[number + 1] - places[number])
        value = values[number] + share * (values[number + 1] - values[number])
        found.append((value - scaled.low) / (scaled.high - scaled.low) if math.isfinite(value) else None)
    return found


def strokes(levels: Sequence[float | None], height: int) -> Iterator[tuple[int, int]]:
    """The dots (row, column) of a line: each column reaches halfway to its neighbours, so that steep parts connect."""
    rows = [None if level is None else (1 - level) * (height - 1) for level in levels]
    for column, row in enumerate(rows):
        if row is None:
            continue
        beside = [*rows[max(column - 1, 0) : column], *rows[column + 1 : column + 2]]
        reach = [row, *((row + other) / 2 for other in beside if other is not None)]
        first, last = round(min(reach)), round(max(reach))
        yield from ((number, column) for number in range(max(first, 0), min(last, height - 1) + 1))


def braille(places: Sequence[float], scaled: Scale, columns: int, height: int) -> Grid:
    """The curves as braille dots, each with its mark along the line."""
    bits: dict[tuple[int, int], int] = {}
    owner: dict[tuple[int, int], int] = {}
    for curve, values in enumerate(scaled.curves):
        for row, column in strokes(heights(places, values, scaled, 2 * columns), 4 * height):
            cell = row // 4, column // 2
            bits[cell] = bits.get(cell, 0) | DOTS[row % 4][column % 2]
            owner.setdefault(cell, curve)
    grid = {cell: Cell(chr(BLANK + dots), owner[cell]) for cell, dots in bits.items()}
    return grid | marked(places, scaled, columns, height)


def marked(places: Sequence[float], scaled: Scale, columns: int, height: int) -> Grid:
    """The marks on the lines: each curve's in columns of their own, so that curves that coincide show both."""
    grid: Grid = {}
    count = len(scaled.curves)
    period = max(2 * count, columns // 4)
    for curve, values in enumerate(scaled.curves):
        levels = heights(places, values, scaled, columns)
        for column in range((2 * curve + 1) * period // (2 * count), columns, period):
            level = levels[column]
            if level is not None and -0.01 <= level <= 1.01:
                grid[round((1 - level) * (height - 1)), column] = Cell(MARKS[curve], curve)
    return grid


def letters(places: Sequence[float], scaled: Scale, columns: int, height: int) -> Grid:
    """The curves as rows of their marks; where they coincide, they take turns."""
    grid: Grid = {}
    count = len(scaled.curves)
    lines = [[*strokes(heights(places, values, scaled, columns), height)] for values in scaled.curves]
    for turn in range(count):
        for curve, line in enumerate(lines):
            for cell in line:
                if (curve - cell[1]) % count == turn:
                    grid[cell] = Cell(ASCII_MARKS[curve], curve)
    return grid
