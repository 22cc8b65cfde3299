"""A loss over two directions: what a plane holds, what its numbers show, and a toy one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lossadvisor.plot.line import NOTHING, figure

Surface = tuple[tuple[float, ...], ...]
"""Values row by row: each row for one y, each value for one x."""
Path = tuple[tuple[float, float], ...]


class Plane(NamedTuple):
    """A plane through the point (0, 0) of a trained model, or of a toy function.

    `surfaces` are the values by the name of the loss, `path` leads from the start to the end of the training, `said` is
    what the plane is and what its numbers show.
    """

    name: str
    axes: tuple[str, str]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    surfaces: Mapping[str, Surface]
    path: Path
    said: tuple[str, ...] = ()


def evenly(low: float, high: float, count: int) -> tuple[float, ...]:
    """`count` places from `low` to `high`; an odd count has the middle among them."""
    return tuple(low + (high - low) * number / (count - 1) for number in range(count))


def lowest(plane: Plane, surface: Surface) -> tuple[float, float, float]:
    """The least finite value, and its x and y; NaN if there is none."""
    places = [
        (value, x, y)
        for y, row in zip(plane.ys, surface, strict=True)
        for x, value in zip(plane.xs, row, strict=True)
        if math.isfinite(value)
    ]
    return min(places, default=(math.nan, math.nan, math.nan))


def read(plane: Plane, ends: Mapping[str, float]) -> Iterator[str]:
    """A sentence about each surface of a plane, read off its numbers; `ends` are the losses where training ended."""
    for name, surface in plane.surfaces.items():
        values = [value for row in surface for value in row]
        finite = [value for value in values if math.isfinite(value)]
        if not finite:
            yield f"{name}: not a number anywhere"
            continue
        least, x, y = lowest(plane, surface)
        holes = (
            f"; {len(values) - len(finite)} of {len(values)} places are not finite" if len(finite) < len(values) else ""
        )
        end, most = ends[name], max(finite)
        lower = least < end - NOTHING * (most - least)
        told = f"less at ({figure(x)}, {figure(y)}): {figure(least)}" if lower else "the least in this plane"
        yield f"{name}: {figure(end)} at the end of the training, {told}; up to {figure(most)}{holes}"


def himmelblau(x: float, y: float) -> float:
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def himmelblau_slope(x: float, y: float) -> tuple[float, float]:
    first, second = x * x + y - 11, x + y * y - 7
    return 4 * x * first + 2 * second, 2 * first + 4 * y * second


MINIMA = ((3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126))
START = (-4.5, 4.5)
STEPS, RATE = 400, 0.004


def descent(start: tuple[float, float]) -> Path:
    """Where gradient descent goes on Himmelblau's function."""
    x, y = start
    path = [start]
    for _ in range(STEPS):
        right, up = himmelblau_slope(x, y)
        x, y = x - RATE * right, y - RATE * up
        path.append((x, y))
    return tuple(path)


def toy(points: int) -> Plane:
    """Himmelblau's function: no model, no data, and four minima that are all equal."""
    axis = evenly(-5.0, 5.0, points)
    surface = tuple(tuple(himmelblau(x, y) for x in axis) for y in axis)
    path = descent(START)
    end = min(MINIMA, key=lambda place: math.dist(place, path[-1]))
    worst = max(himmelblau(*place) for place in MINIMA)
    x, y, *best = map(figure, (*end, *MINIMA[0]))
    said = (
        "Himmelblau's function (x² + y - 11)² + (x + y² - 7)²: a toy, no loss of any network.",
        f"All {len(MINIMA)} minima are {figure(round(worst, 6))}: none is better than the others.",
        f"Descent from {START} ends at ({x}, {y}), {figure(math.dist(end, MINIMA[0]))} away from ({', '.join(best)}).",
    )
    return Plane("himmelblau", ("x", "y"), axis, axis, {"himmelblau": surface}, path, said)
