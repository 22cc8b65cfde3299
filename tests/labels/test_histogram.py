"""Numbers in ranges: none is lost, few ranges, round edges."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.labels.histogram import histogram

FLOATS = st.lists(st.floats(-1e15, 1e15, allow_subnormal=False), min_size=1)
INTEGERS = st.lists(st.integers(-(10**12), 10**12) | st.integers(-5, 30), min_size=1)


@given(numbers=FLOATS | INTEGERS)
def test_each_number_is_in_one_range(numbers: list[float]) -> None:
    found = histogram(sorted(Counter(numbers).items()))
    edges, counts = found["edges"], found["counts"]
    assert len(edges) == len(counts) + 1 <= 70
    assert edges == sorted(set(edges))
    assert sum(counts) == len(numbers)
    for low, high, count in zip(edges, edges[1:], counts, strict=False):
        inside = sum(low <= number < high or number == high == edges[-1] for number in numbers)
        assert inside == count


def test_whole_numbers_have_edges_between_them() -> None:
    found = histogram([(at, 10 - at) for at in range(10)])
    assert found == {"edges": [at - 0.5 for at in range(11)], "counts": list(range(10, 0, -1))}


def test_edges_are_round_and_tails_are_put_together() -> None:
    values = [(at / 100, 1) for at in range(1000)] + [(1e6, 1)]
    found = histogram(values)
    assert found["edges"] == [float(at) for at in range(11)] + [1e6]
    assert found["counts"] == [100] * 10 + [1]


@pytest.mark.parametrize("number", [0, 7, 0.5, -1e300])
def test_a_single_number_has_one_range(number: float) -> None:
    assert histogram([(number, 3)])["counts"] == [3]
