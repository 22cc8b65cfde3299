"""Numbers of a column, from its values and how often each occurs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
FAR = 3.5  # robust z beyond which a value is an outlier (Iglewicz and Hoaglin 1993)
COARSE = 100 * 2.0**-24  # spread by distance from zero at which rounding to float32 is a hundredth of the spread
NORMAL = 1.4826  # standard deviation of a normal distribution in median absolute deviations

Counts = Sequence[tuple[Any, int]]


class Measures(NamedTuple):
    """What is measured of numbers; `dispersion` is variance by mean, NaN where the mean is zero."""

    rows: int
    distinct: int
    minimum: float
    maximum: float
    mean: float
    std: float
    skew: float
    median: float
    quantiles: dict[str, float]
    zero_fraction: float
    outlier_fraction: float
    dispersion: float


def measure(counts: Counts) -> Measures:
    """The measures of ascending values."""
    rows = sum(count for _, count in counts)
    mean = math.fsum(value * count for value, count in counts) / rows
    variance = moment(counts, mean, 2) / rows
    std = math.sqrt(variance)
    cuts = quantiles(counts, rows)
    return Measures(
        rows=rows,
        distinct=len(counts),
        minimum=counts[0][0],
        maximum=counts[-1][0],
        mean=mean,
        std=std,
        skew=moment(counts, mean, 3, std) / rows if std else 0.0,
        median=cuts["0.5"],
        quantiles=cuts,
        zero_fraction=sum(count for value, count in counts if value == 0) / rows,
        outlier_fraction=outliers(counts, cuts["0.5"], rows),
        dispersion=variance / mean if mean else math.nan,
    )


def coarse(mean: float, std: float) -> str:
    """A sentence on numbers that lie too far from zero for float32, "" where they don't."""
    if not 0 < std < COARSE * abs(mean):
        return ""
    near = f"around {mean:,.9g}, within {std:,.3g} of each other"
    return f"they lie {near}: float32 can hardly tell them apart, so subtract the mean in float64"


def moment(counts: Counts, mean: float, power: int, scale: float = 1.0) -> float:
    with_scale = ((value - mean) / scale for value, _ in counts)
    try:
        return math.fsum(step**power * count for step, (_, count) in zip(with_scale, counts, strict=True))
    except OverflowError:
        return math.inf


def quantiles(counts: Counts, rows: int) -> dict[str, float]:
    """The smallest value that a share of the rows does not exceed, for each of QUANTILES."""
    told: dict[str, float] = {}
    passed, place = 0, -1
    for share in QUANTILES:
        while passed < share * rows and place < len(counts) - 1:
            place += 1
            passed += counts[place][1]
        told[f"{share:g}"] = counts[max(place, 0)][0]
    return told


def outliers(counts: Counts, median: float, rows: int) -> float:
    """The share of rows with a robust z beyond FAR; 0 where half the rows are the same."""
    distances = sorted((abs(value - median), count) for value, count in counts)
    spread = quantiles(distances, rows)["0.5"] * NORMAL
    return sum(count for distance, count in distances if distance > FAR * spread) / rows if spread else 0.0
