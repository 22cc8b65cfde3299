"""What is said about a curve is read off its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from lossadvisor.plot.reading import read

Function = Callable[[float], float]
PLACES = [number / 10 for number in range(-30, 31)]
INF, NAN = math.inf, math.nan


def said(value: Function, slope: Function, marks: dict[float, str] | None = None) -> str:
    return read(PLACES, [*map(value, PLACES)], [*map(slope, PLACES)], {0.0: "exact"} if marks is None else marks)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def sign(x: float) -> float:
    return (x > 0) - (x < 0)


@pytest.mark.parametrize(
    ("value", "slope", "reading"),
    [
        (lambda x: x * x, lambda x: 2 * x, "the gradient grows in proportion to the distance"),
        (abs, sign, "the gradient keeps its size (1) however far off; just as steep right beside the minimum"),
        (lambda x: x**4, lambda x: 4 * x**3, "the gradient grows faster than the distance"),
        (
            lambda x: math.log(1 + x * x),
            lambda x: 2 * x / (1 + x * x),
            "the gradient gets weaker the further off; steepest at -1",
        ),
        (
            lambda x: max(0.0, 1 - x),
            lambda x: -1.0 * (x < 1),
            "nothing more to gain from 1 on; towards -3 the gradient keeps its size (1) however far off",
        ),
        (
            lambda x: 0.1 * x if x > 0 else -0.9 * x,
            lambda x: 0.1 if x > 0 else -0.9 * (x < 0),
            "9 times as steep below 0 (exact) as on the other side; towards -3 the gradient keeps",
        ),
        (
            lambda x: (x - 1.25) ** 2,
            lambda x: 2 * (x - 1.25),
            "least at 1.25, and rises beyond; towards -3 the gradient",
        ),
        (lambda x: -x, lambda x: -1.0, "still falls at 3, with 100 % of its steepest gradient"),
        (lambda x: 7.0, lambda x: 0.0, "7 everywhere: it does not depend on this"),
        (lambda x: 7.0, lambda x: 1e-9 * x, "7 everywhere: it does not depend on this"),
        (lambda x: math.log1p(x * x / 5), lambda x: 2 * x / (5 + x * x), "the gradient gets weaker the further off"),
        (lambda x: x * x, lambda x: x, "the gradient is not the slope of the loss: a part is held constant"),
        (lambda x: x * x + 5 * (x > 1.05), lambda x: 2 * x, "jumps by 5.21 at 1"),
        (lambda x: NAN, lambda x: NAN, "not a number anywhere"),
        (
            lambda x: INF if x > 2.75 else x * x,
            lambda x: NAN if x > 2.75 else 2 * x,
            "not finite at 3 of 61 places, from 2.8 to 3; the gradient grows in proportion to the distance",
        ),
        (
            lambda x: sigmoid(-4 * x),
            lambda x: -4 * sigmoid(4 * x) * sigmoid(-4 * x),
            "the gradient fades where it is most wrong: under 0.1 % of its peak at -3; steepest at 0 (exact)",
        ),
        (lambda x: 3 - x * 0.1 * (x > 0), lambda x: -0.1 * (x > 0), "no gradient up to 0 (exact), though 0.3 is still"),
        (lambda x: -0.05 * x * x - x, lambda x: -0.1 * x - 1, "still falls at 3"),
    ],
)
def test_a_feature_is_told(value: Function, slope: Function, reading: str) -> None:
    assert said(value, slope).startswith(reading)


def test_plain_intersection_over_union_has_no_gradient_once_the_boxes_part() -> None:
    def loss(shift: float) -> float:
        common = max(0.0, 1 - abs(shift))
        return 1 - common / (2 - common)

    def slope(shift: float) -> float:
        return 0.0 if abs(shift) >= 1 else sign(shift) * 2 / (1 + abs(shift)) ** 2

    reading = said(loss, slope, {-1.0: "the boxes part", 0.0: "exact", 1.0: "the boxes part"})
    assert reading == (
        "no gradient up to -1 (the boxes part), though 1 is still to gain; "
        "no gradient from 1 (the boxes part) on, though 1 is still to gain"
    )


def test_what_has_no_feature_says_between_which_values_it_lies() -> None:
    assert read(range(6), [5.0, 4.0, 3.0, 2.0, 1.0, 0.0], [-1.0] * 6, {5.0: "end"}) == "lies between 0 and 5"


@pytest.mark.parametrize("count", range(8))
def test_few_finite_values_are_no_reason_to_fail(count: int) -> None:
    values = [float(number) if number < count else NAN for number in range(8)]
    assert read(PLACES[:8], values, values, {})
