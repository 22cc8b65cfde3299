"""How curves of different size share an axis."""

from __future__ import annotations

import math

from lossadvisor.plot.scale import scale


def test_an_axis_holds_all_curves() -> None:
    found = scale([[0.0, 9.0], [-1.0, 3.0]])
    assert (found.low, found.high, found.cut, found.own) == (-1.0, 9.0, None, False)


def test_an_axis_may_begin_lower_than_its_curves() -> None:
    assert scale([[1.0, 2.0], [3.0, 4.0]], least=0.0).low == 0.0


def test_a_curve_that_dwarfs_the_others_is_cut_off_and_that_is_said() -> None:
    found = scale([[0.0, 1000.0], [0.0, 1.0], [0.0, 2.0]])
    assert found.high == 40.0
    assert found.cut == 1000.0


def test_curves_on_levels_far_apart_are_shown_each_above_its_own_least_value() -> None:
    found = scale([[-383.0, -365.0], [0.0, 72.0], [-88.0, -70.0]])
    assert found.own
    assert found.curves == ((0.0, 18.0), (0.0, 72.0), (0.0, 18.0))
    assert (found.low, found.high) == (0.0, 72.0)


def test_what_is_not_finite_has_no_place_on_the_axis() -> None:
    found = scale([[math.nan, 1.0, math.inf], [2.0, 3.0, 0.0]])
    assert (found.low, found.high) == (0.0, 3.0)


def test_an_axis_has_a_length_even_if_nothing_changes() -> None:
    for level in (0.0, 5.0, -5.0, math.nan):
        found = scale([[level, level]])
        assert found.high > found.low
