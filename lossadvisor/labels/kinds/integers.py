"""Hypotheses about integers: names of classes, levels, counts, rows, dates."""

from __future__ import annotations

import math
from itertools import pairwise

from lossadvisor.labels.kinds.looks import (
    MOST,
    Hypothesis,
    Look,
    calendar,
    count_like,
    half_steps,
    percents,
    say,
    span,
)
from lossadvisor.labels.kinds.words import YES_NO


def binary(look: Look) -> Hypothesis:
    pair = frozenset(str(value) for value, _ in look.column.values)
    usual = pair in YES_NO or pair == {"1", "2"}
    score = 0.0 if look.distinct != 2 else 0.98 if usual else 0.85 if look.repeats >= 5 else 0.4
    shown = " and ".join(say(value) for value, _ in look.column.values[:2])
    return Hypothesis("binary", score, (f"two values, {shown}",))


def class_index(look: Look) -> Hypothesis:
    """Integers without a gap, each often; less so where they thin out as counts do."""
    few = look.distinct <= 11
    if not look.whole or not 3 <= look.distinct <= MOST:
        score = 0.0
    elif look.low in (0, 1):
        score = (0.9 if look.low == 0 or not few else 0.5) * (1.0 if look.filled == 1 else 0.9 * look.filled**0.5)
        score *= 1.0 if look.filled > 0.5 or few else 0.1
    else:
        score = (0.45 if look.filled == 1 else 0.5) if look.distinct <= 20 else 0.06
    score *= (1 - 0.96 * count_like(look)) * min(1.0, (look.repeats - 1) / 4) * (0.1 if calendar(look) else 1)
    score *= 0.3 if percents(look) else 1.0
    gap = "without a gap" if look.filled == 1 else "with gaps"
    seen = f"{look.distinct:,} different integers, {span(look)}, {gap}"
    return Hypothesis("class-index", score, (seen, f"each occurs {say(round(look.repeats))} times on average"))


def ordinal(look: Look) -> Hypothesis:
    """Few levels in equal steps."""
    score = 0.0
    if half_steps(look):
        score = 0.85 if 1 < look.high <= 10 and look.low > 0 else 0.3
    elif look.whole and look.filled == 1 and 3 <= look.distinct <= 30:
        few = look.distinct <= 11
        start = {1: (0.6 if look.distinct > 3 else 0.4) if few else 0.2, 0: 0.12 if few else 0.05}
        score = 0.55 if look.low == -look.high else start.get(int(look.low), 0.3 if few else 0.05)
    elif look.whole and 3 <= look.distinct <= 11:
        score = 0.06
    score *= (1 - 0.93 * count_like(look)) * min(1.0, look.repeats / 3)
    steps = "integers" if look.whole else "halves"
    return Hypothesis("ordinal", score, (f"{look.distinct} levels in {steps}, {span(look)}",))


def shape(look: Look) -> float:
    """How count-like integers are, also where they are too many or too large to be fitted."""
    if coarse(look):
        return 0.0
    right = look.measures.skew > 0.5 and look.low <= 5 and look.distinct > 12 and look.high > look.measures.mean * 3
    if look.fit is not None:
        return max(count_like(look), 0.3 if right else 0.0)
    return 0.45 if right else 0.1 if look.distinct > 20 else 0.0


def coarse(look: Look) -> bool:
    """All values lie on a grid coarser than the integers, as prices do."""
    steps = (int(after - before) for (before, _), (after, _) in pairwise(look.column.values))
    return look.column.exact and look.distinct > 12 and math.gcd(*steps) > 1


def excess_zeros(look: Look) -> float:
    """The share of rows that are zero beyond what the fit expects; without a fit, of all zeros."""
    if look.low < 0:
        return 0.0
    if look.fit is None:
        return look.measures.zero_fraction
    return (look.zeros - look.fit.zeros - 3 * math.sqrt(look.fit.zeros + 1)) / look.rows


def count(look: Look) -> Hypothesis:
    likely = look.whole and look.low >= 0 and look.distinct > 2
    score = 0.9 * shape(look) * (0.03 if excess_zeros(look) > 0.05 else 1.0) if likely else 0.0
    seen = [f"integers from {say(look.low)}, the larger the rarer"] if look.low <= 1 else [f"integers, {span(look)}"]
    if look.fit is not None and look.fit.distance < 0.08:
        seen.append("a negative binomial distribution explains how often each occurs")
    return Hypothesis("count", score, (*seen, f"variance is {look.measures.dispersion:.2g} times the mean"))


def zero_inflated_count(look: Look) -> Hypothesis:
    excess = excess_zeros(look)
    likely = look.whole and look.low == 0 and look.distinct > 3 and excess > 0.02
    score = 0.9 * shape(look) * (1.0 if excess > 0.05 else 0.3) if likely else 0.0
    zeros = f"{look.measures.zero_fraction:.0%} are zero"
    expected = f", at most {look.fit.zeros / look.rows:.0%} would be expected of counts" if look.fit else ""
    return Hypothesis("zero-inflated-count", score, (zeros + expected, f"integers, {span(look)}"))


def identifier(look: Look) -> Hypothesis:
    """Integers that never come twice."""
    score = 0.0
    if look.unique and look.dense:
        score = 0.95 if look.column.ascending else 0.85
    elif look.unique:
        score = 0.8 if look.column.ascending else 0.55
    elif look.whole and look.distinct > MOST and look.filled > 0.9:
        score = 0.5
    elif look.whole and look.distinct > 50 and look.repeats < 10 and len({n for _, n in look.column.values}) == 1:
        score = 0.3
    seen = ["no value comes twice" if look.unique else f"each value comes {look.repeats:.0f} times"] + (
        ["ascending"] if look.column.ascending else []
    )
    return Hypothesis("identifier", score, (*seen, f"integers, {span(look)}"))


def date(look: Look) -> Hypothesis:
    """Years, dates as one number, seconds or milliseconds since 1970."""
    low, high, score, seen = look.low, look.high, 0.0, ""
    if look.whole and low >= 1850 and high <= 2100 and look.distinct > 2:
        score, seen = 0.6, f"integers that look like years, {low:.0f} to {high:.0f}"
    elif calendar(look):
        score, seen = 0.95, "integers that look like dates (year, month, day)"
    elif look.whole and look.distinct > 20 and (5e8 < low < high < 3e9 or 5e11 < low < high < 3e12):
        score, seen = 0.6, "integers that look like seconds or milliseconds since 1970"
    return Hypothesis("date", score, (seen,))


INTEGERS = (binary, class_index, ordinal, count, zero_inflated_count, identifier, date)
