"""Numbers in ranges that are easy to read."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import TypedDict

RANGES = 12  # about so many between the tails
TAIL = 0.01  # share of the numbers at each end that share a range
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


class Histogram(TypedDict):
    """How many numbers lie from each edge up to the next; the last range holds its end too."""

    edges: list[float]
    counts: list[int]


def histogram(values: Sequence[tuple[float, int]]) -> Histogram:
    """The ranges of numbers that are sorted, each with how often it occurs; edges lie between whole numbers."""
    whole = all(value == int(value) for value, _ in values)
    low, high = cut(values, TAIL), cut(values, 1 - TAIL)
    edges = inner(low, high, whole=whole)
    least, most = (values[0][0] - 0.5, values[-1][0] + 0.5) if whole else (values[0][0], values[-1][0])
    edges = [least, *(edge for edge in edges if least < edge < most), most if most > least else least + 1]
    counts = [0] * (len(edges) - 1)
    for value, count in values:
        counts[min(bisect_right(edges, value), len(counts)) - 1] += count
    return {"edges": edges, "counts": counts}


def cut(values: Sequence[tuple[float, int]], share: float) -> float:
    """The smallest number that `share` of all don't exceed."""
    wanted, seen = share * sum(count for _, count in values), 0
    for value, count in values:
        seen += count
        if seen >= wanted:
            return value
    return values[-1][0]


def inner(low: float, high: float, *, whole: bool) -> list[float]:
    """Round edges from `low` to `high`."""
    step = rounded((high - low) / RANGES) if high > low else 1.0
    if whole:
        step = max(1.0, math.ceil(step))
    first, last = math.floor(low / step), math.ceil(high / step)
    places = range(first, last + 1) if last - first < 5 * RANGES else ()  # beyond what floats tell apart
    return [float(f"{at * step:.12g}") - (0.5 if whole else 0.0) for at in places]


def rounded(width: float) -> float:
    """The next width that is 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in STEPS if step * power >= width or step == STEPS[-1])
