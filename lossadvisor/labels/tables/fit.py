"""How well a count distribution explains numbers: the negative binomial, fitted to what is above zero."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

SHAPES = (0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 4.0, 7.0, 12.0, 25.0, 60.0, 1e6)  # the last is a Poisson distribution
LARGEST = 3_000  # beyond, the fit takes long and says little
BINS = 12
CLOSE = 2.0  # logarithms of likelihood: a fit so much worse than the best is possible too


class CountFit(NamedTuple):
    """A fit to the positive values.

    Args:
        distance: total variation between what is there and what the fit expects, less what chance explains.
        zeros: rows that are expected at zero, by whichever fit that is close to the best expects most.
        beyond: rows that it expects above the largest value: many where the values end abruptly, as classes do.
    """

    distance: float
    zeros: float
    beyond: float


def fit_counts(counts: Sequence[tuple[int, int]]) -> CountFit | None:
    """The fit to values with how often each occurs, None where there are too few or too large ones."""
    positive = [(value, count) for value, count in counts if value > 0]
    if len(positive) < 2 or positive[-1][0] > LARGEST or counts[0][0] < 0:
        return None
    rows = sum(count for _, count in positive)
    mean = sum(value * count for value, count in positive) / rows
    if mean <= 1:
        return None
    fits = [(shape, solve(shape, mean)) for shape in SHAPES]
    likely = [likelihood(positive, *fit) for fit in fits]
    near = [fit for fit, logarithm in zip(fits, likely, strict=True) if logarithm > max(likely) - CLOSE]
    zeros = max(rows * math.exp(log_zero(*fit)) / -math.expm1(log_zero(*fit)) for fit in near)
    distance, beyond = compare(positive, rows, *fits[likely.index(max(likely))])
    return CountFit(distance, zeros, beyond)


def solve(shape: float, target: float) -> float:
    """The mean of the whole distribution whose part above zero has the mean `target`."""
    low, high = 1e-9, target
    for _ in range(60):
        middle = (low + high) / 2
        above = middle / -math.expm1(log_zero(shape, middle))
        low, high = (middle, high) if above < target else (low, middle)
    return low


def log_zero(shape: float, rate: float) -> float:
    return -shape * math.log1p(rate / shape)


def log_probability(value: int, shape: float, rate: float) -> float:
    ways = math.lgamma(value + shape) - math.lgamma(shape) - math.lgamma(value + 1)
    return ways + value * math.log(rate / (shape + rate)) + log_zero(shape, rate)


def likelihood(positive: Sequence[tuple[int, int]], shape: float, rate: float) -> float:
    above = math.log(-math.expm1(log_zero(shape, rate)))
    return sum(count * (log_probability(value, shape, rate) - above) for value, count in positive)


def compare(positive: Sequence[tuple[int, int]], rows: int, shape: float, rate: float) -> tuple[float, float]:
    """How far the fit with that shape and mean is from what is there, and the rows that it expects beyond."""
    zero = math.exp(log_zero(shape, rate))
    seen = dict(positive)
    expected = [math.exp(log_probability(value, shape, rate)) / (1 - zero) for value in range(1, positive[-1][0] + 1)]
    beyond = max(1 - math.fsum(expected), 0.0)
    pairs = list(binned(expected, [seen.get(value, 0) / rows for value in range(1, len(expected) + 1)]))
    chance = 0.45 * math.sqrt(len(pairs) / rows)
    distance = (sum(abs(wanted - found) for wanted, found in pairs) + beyond) / 2
    return max(distance - chance, 0.0), rows * beyond


def binned(expected: Sequence[float], found: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Sums over neighbours, each with an appreciable part of what is expected."""
    wanted = there = 0.0
    for one, other in zip(expected, found, strict=True):
        wanted, there = wanted + one, there + other
        if wanted >= 1 / BINS:
            yield wanted, there
            wanted = there = 0.0
    yield wanted, there
