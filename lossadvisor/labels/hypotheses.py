"""What a column may be: a hypothesis each, with what speaks for it. Scores are odds-like, 0 to 1."""

from __future__ import annotations

import math
from typing import NamedTuple

from lossadvisor.labels.columns import Column
from lossadvisor.labels.fit import CountFit, fit_counts
from lossadvisor.labels.measures import Measures, measure
from lossadvisor.labels.words import YES_NO


class Hypothesis(NamedTuple):
    """A kind, how well it explains the column, and what was seen that speaks for it."""

    kind: str
    score: float
    evidence: tuple[str, ...]


class Look(NamedTuple):
    """What hypotheses are told from: the column without codes, and what was measured of it."""

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
    def contiguous(self) -> bool:
        """Every integer from the smallest to the largest occurs."""
        return self.whole and self.distinct >= self.high - self.low + 1

    @property
    def repeats(self) -> float:
        """How often a value occurs on average."""
        return self.rows / self.distinct

    @property
    def zeros(self) -> float:
        """Rows that are exactly zero."""
        return self.measures.zero_fraction * self.rows


def look_at(column: Column) -> Look:
    measures = measure(column.values)
    whole = column.dtype == "int" and column.exact and column.distinct > 2
    return Look(column, measures, fit_counts(column.values) if whole else None)


def say(value: float) -> str:
    """A number as people write it."""
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:.4g}"


def span(look: Look) -> str:
    return f"{say(look.low)} to {say(look.high)}"


def binary(look: Look) -> Hypothesis:
    pair = frozenset(str(value) for value, _ in look.column.values)
    usual = pair in YES_NO or pair == {"1", "2"}
    score = 0.0 if look.distinct != 2 else 0.98 if usual else 0.85 if look.repeats >= 5 else 0.4
    shown = " and ".join(sorted(say(value) for value, _ in look.column.values[:2]))
    return Hypothesis("binary", score, (f"two values, {shown}",))


def class_index(look: Look) -> Hypothesis:
    """Integers without a gap, each often; less so where they thin out as counts do."""
    if not look.whole or look.distinct < 3:
        score = 0.0
    elif look.contiguous and look.low in (0, 1):
        score = 0.9 if look.low == 0 else 0.7
    elif look.contiguous:
        score = 0.35 if look.distinct <= 20 else 0.08
    else:
        filled = look.distinct / (look.high - look.low + 1)
        score = (0.6 if look.distinct <= 20 else 0.3 if look.distinct <= 100 else 0.1) * max(filled, 0.3)
        score = max(score, 0.85 * filled**2 if look.low in (0, 1) else 0)
    score *= (1 - 0.93 * count_like(look)) * min(1, (look.repeats - 1) / 4)
    seen = f"{look.distinct} different integers, {span(look)}"
    gap = "without a gap" if look.contiguous else "with gaps"
    return Hypothesis(
        "class-index", score, (f"{seen}, {gap}", f"each occurs {say(round(look.repeats))} times on average")
    )


def ordinal(look: Look) -> Hypothesis:
    """Few levels in equal steps."""
    score = 0.0
    if 3 <= look.distinct <= 11 and look.contiguous:
        score = {1: 0.6 if look.distinct > 3 else 0.4, 0: 0.06}.get(int(look.low), 0.3)
        if look.low == -look.high:
            score = 0.55
        score *= 1 - 0.93 * count_like(look)
    elif look.whole and 3 <= look.distinct <= 11 and look.low in (0, 1):
        score = 0.3 * look.distinct / (look.high - look.low + 1)
    elif not look.whole and half_steps(look):
        score = 0.85 if 1 < look.high <= 10 else 0.4
    steps = "halves" if not look.whole else "integers"
    return Hypothesis(
        "ordinal", score * min(1, look.repeats / 3), (f"{look.distinct} levels in {steps}, {span(look)}",)
    )


def half_steps(look: Look) -> bool:
    return 3 <= look.distinct <= 21 and all(float(2 * value).is_integer() for value, _ in look.column.values)


def count_like(look: Look) -> float:
    """How well a count distribution explains the positive values, and how their end: 0 to 1."""
    if look.fit is None or (look.low not in (0, 1) and look.measures.dispersion > 1.5 and look.low > 0.2 * look.high):
        return 0.0
    close = math.exp(-((look.fit.distance / 0.08) ** 2))
    end = math.exp(-max(look.fit.beyond - 3, 0) / 3)
    few = {3: 0.3, 4: 0.7}.get(look.distinct, 1.0)
    return close * end * few


def shape(look: Look) -> float:
    """How count-like whole numbers are that are too many or too large to be fitted."""
    if look.fit is not None:
        far = 0.4 if look.low > 0.2 * look.measures.mean and look.measures.dispersion > 1.5 else 1.0
        return max(count_like(look), 0.35 * far if look.distinct > 12 and look.low < 5 else 0.0) * far
    skewed = look.measures.skew > 0.5 and look.low <= 5
    return 0.45 if skewed and look.distinct > 20 else 0.15 if look.distinct > 20 else 0.0


def excess_zeros(look: Look) -> float:
    """The share of rows that are zero beyond what the fit expects; without a fit, of all zeros."""
    if look.low < 0:
        return 0.0
    if look.fit is None:
        return look.measures.zero_fraction
    return (look.zeros - look.fit.zeros - 3 * math.sqrt(look.fit.zeros + 1)) / look.rows


def count(look: Look) -> Hypothesis:
    likely = look.whole and look.low >= 0 and look.distinct > 2
    score = 0.9 * shape(look) * (0.1 if excess_zeros(look) > 0.05 else 1.0) if likely else 0.0
    seen = [f"integers from {say(look.low)}, the larger the rarer"] if look.low <= 1 else [f"integers, {span(look)}"]
    if look.fit is not None and look.fit.distance < 0.08:
        seen.append("a negative binomial distribution explains how often each occurs")
    return Hypothesis("count", score, (*seen, f"variance is {look.measures.dispersion:.2g} times the mean"))


def zero_inflated_count(look: Look) -> Hypothesis:
    excess = excess_zeros(look)
    likely = look.whole and look.low == 0 and look.distinct > 3 and excess > 0.02
    score = 0.9 * shape(look) * (1.0 if excess > 0.05 else 0.3) if likely else 0.0
    zeros = f"{look.measures.zero_fraction:.0%} are zero"
    expected = f", {look.fit.zeros / look.rows:.0%} would be expected of counts" if look.fit else ""
    return Hypothesis("zero-inflated-count", score, (zeros + expected, f"integers, {span(look)}"))


def skewed(look: Look) -> float:
    """How far from symmetric positive numbers are: 0 to 1."""
    return 1 / (1 + math.exp(-4 * (look.measures.skew - 0.9)))


def wide(look: Look) -> float:
    """How sure it is that numbers are measured: fractions are; integers where they are many."""
    if not look.whole:
        return 1.0 if look.distinct > 20 or look.repeats < 3 else 0.7
    if look.contiguous and look.low in (0, 1):
        return 0.06 if look.repeats > 3 else 0.4
    many = 0.08 if look.distinct < 10 else 0.5 if look.distinct <= 30 else 0.85
    return many * (0.4 if look.contiguous and look.distinct <= 20 else 1.0)


def positive(look: Look) -> Hypothesis:
    score = 0.88 * skewed(look) * wide(look) if look.low > 0 else 0.0
    seen = (f"above zero, {span(look)}", f"skewed to the right (skewness {look.measures.skew:.2g})")
    return Hypothesis("positive", score * (1 - 0.9 * count_like(look)), seen)


def zero_inflated_positive(look: Look) -> Hypothesis:
    share = look.measures.zero_fraction
    gap = look.column.values[1][0] if len(look.column.values) > 1 else 0
    likely = look.low == 0 and look.zeros >= 5 and share > 0.02
    score = 0.92 * min(1, share / 0.05) * wide(look) if likely else 0.0
    if look.whole:
        score *= 0.95 if gap > 3 else 0.3
    return Hypothesis(
        "zero-inflated-positive", score, (f"{share:.0%} are exactly zero", f"the others are {span(look)}")
    )


def bounded(look: Look) -> Hypothesis:
    low, high = look.low, look.high
    score = 0.0
    if not look.whole and low >= 0 and high <= 1:
        score = 0.85 if high > 0.6 else 0.45
    elif low >= 0 and 90 < high <= 100 and low < 40:
        score = 0.5 if not look.whole else 0.3
    elif look.whole and 99 <= high <= 100 and low <= 1:
        score = 0.5
    score *= 1 if not look.whole else wide(look)
    top = "1" if high <= 1 else "100"
    return Hypothesis("bounded", score, (f"all between 0 and {top}, {span(look)}",))


def probabilities(look: Look) -> Hypothesis:
    inside = not look.whole and look.low >= 0 and look.high <= 1
    return Hypothesis("probabilities", 0.08 if inside else 0.0, (f"all between 0 and 1, {span(look)}",))


def real(look: Look) -> Hypothesis:
    score = 0.88 * wide(look)
    if look.low > 0:
        score *= 1 - 0.95 * skewed(look)
    elif look.low == 0 and look.measures.zero_fraction > 0.02:
        score *= 0.15
    inside = not look.whole and look.low >= 0 and look.high <= 1
    score *= (0.1 if inside else 1.0) * (0.08 if turning(look) else 1.0)
    symmetric = f"skewness {look.measures.skew:.2g}"
    return Hypothesis("real", score, (f"{look.distinct:,} different numbers, {span(look)}", symmetric))


TURNS = ((0, 360, "degrees"), (-180, 180, "degrees"), (0, 2 * math.pi, "radians"), (-math.pi, math.pi, "radians"))


def turning(look: Look) -> str:
    """The unit, if the numbers fill a full turn and go on at its other end; otherwise ""."""
    for start, end, unit in TURNS:
        edge = (end - start) / 36
        if start - 1e-3 <= look.low < start + edge and end - edge < look.high <= end + 1e-3 and look.distinct > 20:
            first = sum(count for value, count in look.column.values if value < start + 2 * edge)
            last = sum(count for value, count in look.column.values if value > end - 2 * edge)
            if min(first, last) > 0.3 * max(first, last):
                return unit
    return ""


def angle(look: Look) -> Hypothesis:
    unit = turning(look)
    seen = f"a full turn in {unit}, {span(look)}", "as many at its one end as at the other"
    return Hypothesis("angle", 0.75 if unit else 0.0, seen)


def identifier(look: Look) -> Hypothesis:
    """Integers that never come twice."""
    unique = look.whole and look.distinct >= 0.9 * look.rows and look.rows >= 10
    dense = look.high - look.low + 1 <= 1.1 * look.rows
    score = 0.0 if not unique else 0.95 if dense and look.column.ascending else 0.85 if dense else 0.45
    if unique and not dense and look.column.ascending:
        score = 0.8
    seen = ["no value comes twice"] + (["ascending"] if look.column.ascending else [])
    return Hypothesis("identifier", score, (*seen, f"integers, {span(look)}"))


def date(look: Look) -> Hypothesis:
    """Years, dates as one number, seconds or milliseconds since 1970."""
    low, high, score, seen = look.low, look.high, 0.0, ""
    if look.whole and low >= 1850 and high <= 2100 and look.distinct > 2:
        score, seen = 0.6, f"integers that look like years, {low:.0f} to {high:.0f}"
    elif (
        look.whole
        and low >= 19000101
        and high <= 21001231
        and all(
            1 <= value // 100 % 100 <= 12 and 1 <= value % 100 <= 31
            for value, _ in look.column.values
            if look.column.exact
        )
    ):
        score, seen = 0.95, "integers that look like dates (year, month, day)"
    elif look.whole and look.distinct > 20 and ((low > 5e8 and high < 3e9) or (low > 5e11 and high < 3e12)):
        score, seen = 0.6, "integers that look like seconds or milliseconds since 1970"
    return Hypothesis("date", score, (seen,))


NUMERIC = (
    binary, class_index, ordinal, count, zero_inflated_count, positive, zero_inflated_positive, bounded,
    probabilities, real, angle, identifier, date,
)  # fmt: skip
