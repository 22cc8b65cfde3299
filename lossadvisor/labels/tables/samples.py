"""Rows drawn while blocks of them go by, each as likely as another: what sums can't tell is told from these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lossadvisor.labels.needs import need
from lossadvisor.labels.tables.measures import FAR, NORMAL

ROWS = 20_000
VALUES = 1 << 22  # of all columns together
WIDEST = 1_000  # columns that are told one by one
QUARTILES = (0.25, 0.5, 0.75)


class Drawn(NamedTuple):
    """Rows, and the random keys by which they were drawn."""

    keys: Any
    rows: Any


class Spread(NamedTuple):
    """Of one column: its quartiles, the share of outliers, and its values, without those that are missing."""

    quartiles: tuple[float, ...]
    outlier_fraction: float
    values: Any


def draw(drawn: Drawn | None, block: Any, generator: Any) -> Drawn:
    """What was drawn so far and a block more: the rows of the lowest keys, up to a number that memory allows."""
    numpy = need("numpy")
    most = max(1, min(ROWS, VALUES // max(block.shape[1], 1)))
    found = Drawn(generator.random(len(block)), block)
    if drawn:
        found = Drawn(*(numpy.concatenate(pair) for pair in zip(drawn, found, strict=True)))
    if len(found.keys) <= most:
        return found
    lowest = numpy.sort(numpy.argpartition(found.keys, most)[:most])
    return Drawn(found.keys[lowest], found.rows[lowest])


def spreads(drawn: Drawn) -> tuple[Spread, ...]:
    """The spread of each column; none where there are too many."""
    rows = drawn.rows
    return tuple(spread(rows[:, place]) for place in range(rows.shape[1])) if rows.shape[1] <= WIDEST else ()


def spread(column: Any) -> Spread:
    numpy = need("numpy")
    values = column[numpy.isfinite(column)]
    if not len(values):
        return Spread((), 0.0, values)
    quartiles = cuts(values, QUARTILES)
    away = abs(values - quartiles[1])
    (usual,) = cuts(away, [0.5])
    far = float((away > FAR * NORMAL * usual).mean()) if usual else 0.0
    return Spread(quartiles, far, values)


def cuts(values: Any, shares: Sequence[float]) -> tuple[float, ...]:
    """The smallest value that a share of all does not exceed."""
    return tuple(need("numpy").quantile(values, shares, method="inverted_cdf").tolist())
