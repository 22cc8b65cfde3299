"""Hypotheses about measured numbers."""

from __future__ import annotations

from lossadvisor.labels.kinds.looks import Hypothesis, Look, measured, percents, skewed, span, turning


def positive(look: Look) -> Hypothesis:
    score = 0.88 * skewed(look) * measured(look) if look.low > 0 else 0.0
    seen = f"above zero, {span(look)}", f"skewed to the right (skewness {look.measures.skew:.2g})"
    return Hypothesis("positive", score, seen)


def zero_inflated_positive(look: Look) -> Hypothesis:
    share = look.measures.zero_fraction
    gap = look.column.values[1][0] if len(look.column.values) > 1 else 0
    likely = look.low == 0 and look.zeros >= 5 and share > 0.02
    score = 0.92 * min(1.0, share / 0.05) * measured(look) if likely else 0.0
    if look.whole:
        score *= 0.95 if gap > 3 else 0.3
    return Hypothesis("zero-inflated-positive", score, (f"{share:.0%} are exactly zero", f"the others: {span(look)}"))


def fraction(look: Look) -> bool:
    return not look.whole and look.low >= 0 and look.high <= 1


def bounded(look: Look) -> Hypothesis:
    score = 0.0
    if fraction(look):
        score = 0.85 if look.high > 0.6 else 0.45
    elif percents(look):
        score = 0.6
    elif 0 <= look.low < 40 and 90 < look.high <= 100:
        full = look.low <= 1 and look.high >= 99
        score = (0.7 if not look.whole or full else 0.3) * measured(look)
    return Hypothesis("bounded", score, (f"all between 0 and {'1' if look.high <= 1 else '100'}, {span(look)}",))


def probabilities(look: Look) -> Hypothesis:
    return Hypothesis("probabilities", 0.08 if fraction(look) else 0.0, (f"all between 0 and 1, {span(look)}",))


def real(look: Look) -> Hypothesis:
    score = 0.88 * measured(look)
    if look.low > 0:
        score *= 1 - 0.95 * skewed(look)
    elif look.low == 0 and look.measures.zero_fraction > 0.02:
        score *= 0.05
    score *= (0.1 if fraction(look) else 1.0) * (0.08 if turning(look) else 1.0)
    seen = f"{look.distinct:,} different numbers, {span(look)}"
    return Hypothesis("real", score, (seen, f"skewness {look.measures.skew:.2g}"))


def angle(look: Look) -> Hypothesis:
    unit = turning(look)
    seen = f"a full turn in {unit}, {span(look)}", "as many at its one end as at the other"
    return Hypothesis("angle", 0.75 if unit else 0.0, seen)


REALS = (positive, zero_inflated_positive, bounded, probabilities, real, angle)
