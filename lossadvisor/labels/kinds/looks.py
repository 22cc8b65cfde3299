"""What hypotheses about numbers are told from."""

from __future__ import annotations

import math
from typing import NamedTuple

from lossadvisor.labels.tables.columns import Column
from lossadvisor.labels.tables.fit import CountFit, fit_counts
from lossadvisor.labels.tables.measures import Measures, measure

MOST = 20_000  # classes that a program can name


class Hypothesis(NamedTuple):
    """A kind, how well it explains the column (0 to 1), and what was seen that speaks for it."""

    kind: str
    score: float
    evidence: tuple[str, ...]


class Look(NamedTuple):
    """A column of numbers, without codes, and what was measured of it."""

    column: Column
    measures: Measures
    fit: CountFit | None

    @property
    def whole(self) -> bool:
        return self.column.dtype == "int"

    @property
    def low(self) -> float:
        return self.measures.minimum

    @property
    def high(self) -> float:
        return self.measures.maximum

    @property
    def distinct(self) -> int:
        return self.column.distinct

    @property
    def rows(self) -> int:
        return self.measures.rows

    @property
    def filled(self) -> float:
        """The share of the integers from the smallest to the largest that occur."""
        return min(self.distinct / (self.high - self.low + 1), 1.0) if self.whole else 0.0

    @property
    def repeats(self) -> float:
        """How often a value occurs on average."""
        return self.rows / self.distinct

    @property
    def zeros(self) -> float:
        """Rows that are exactly zero."""
        return self.measures.zero_fraction * self.rows

    @property
    def unique(self) -> bool:
        """No integer comes twice, but for what an estimate of their number may miss."""
        return self.whole and self.distinct >= 0.9 * self.rows and self.rows >= 10

    @property
    def dense(self) -> bool:
        """There is about one integer for each row from the smallest to the largest."""
        return self.high - self.low + 1 <= 1.1 * self.rows


def look_at(column: Column) -> Look:
    measures = measure(column.values)
    whole = column.dtype == "int" and column.exact and column.distinct > 2
    return Look(column, measures, fit_counts(column.values) if whole else None)


def say(value: float) -> str:
    """A number as people write it."""
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:.4g}"


def span(look: Look) -> str:
    return f"{say(look.low)} to {say(look.high)}"


def count_like(look: Look) -> float:
    """How well a count distribution explains the positive values, and their end: 0 to 1."""
    if look.fit is None:
        return 0.0
    far = look.low > 0.2 * look.high
    if far and not 0.7 < look.measures.dispersion < 1.5:
        return 0.0
    close = math.exp(-((look.fit.distance / 0.08) ** 2))
    end = math.exp(-max(look.fit.beyond - 3, 0) / 3)
    few = {3: 0.3, 4: 0.7}.get(look.distinct, 1.0)
    return close * end * few * (0.5 if far else 1.0) * look.rows / (look.rows + 20)


def percents(look: Look) -> bool:
    """All integers from 0 or 1 to exactly 100, nearly all of them."""
    return look.whole and look.low in (0, 1) and look.high == 100 and look.filled > 0.9


def half_steps(look: Look) -> bool:
    few = look.column.exact and 3 <= look.distinct <= 21
    return not look.whole and few and all(float(2 * value).is_integer() for value, _ in look.column.values)


def skewed(look: Look) -> float:
    """How far from symmetric numbers are: 0 to 1."""
    return 1 / (1 + math.exp(min(-4 * (look.measures.skew - 0.9), 50)))


def measured(look: Look) -> float:
    """How sure it is that numbers are measured: fractions are; integers where they are many and no names or dates."""
    if not look.whole:
        return 0.08 if half_steps(look) and look.low > 0 else 1.0 if look.distinct > 20 or look.repeats < 3 else 0.7
    if (look.unique and look.dense) or calendar(look):
        return 0.05
    if look.filled == 1 and look.low in (0, 1):
        sure = 0.06 if look.repeats > 3 else 0.4
    else:
        sure = 0.08 if look.distinct < 10 else 0.5 if look.distinct <= 30 else 0.85
        sure *= 0.4 if look.filled == 1 and look.distinct <= 20 else 1.0
    return sure * (1 - 0.93 * count_like(look))


def calendar(look: Look) -> bool:
    """Dates as one number: year, month, day."""
    if not (look.whole and look.low >= 19000101 and look.high <= 21001231):
        return False
    values = [int(value) for value, _ in look.column.values] if look.column.exact else []
    return all(1 <= value // 100 % 100 <= 12 and 1 <= value % 100 <= 31 for value in values)


TURNS = ((0, 360, "degrees"), (-180, 180, "degrees"), (0, 2 * math.pi, "radians"), (-math.pi, math.pi, "radians"))


def turning(look: Look) -> str:
    """The unit, if the numbers fill a full turn and go on at its other end; otherwise ""."""
    for start, end, unit in TURNS:
        edge = (end - start) * max(1 / 36, 4 / look.rows)
        if start - 1e-3 <= look.low < start + edge and end - edge < look.high <= end + 1e-3 and look.distinct > 20:
            first = sum(count for value, count in look.column.values if value < start + 2 * edge)
            last = sum(count for value, count in look.column.values if value > end - 2 * edge)
            if min(first, last) > 0.3 * max(first, last):
                return unit
    return ""
