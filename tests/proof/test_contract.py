"""Shapes with symbols, and ranges."""

from __future__ import annotations

import math

import pytest

from lossadvisor.proof.contract import Range, bind


def test_a_symbol_stands_for_one_size_everywhere() -> None:
    sizes: dict[str, int] = {}
    assert bind(["B", "C"], [16, 3], sizes) == ""
    assert bind(["B"], [16], sizes) == ""
    assert "B is 8 here and 16 elsewhere" in bind(["B"], [8], sizes)
    assert sizes == {"B": 16, "C": 3}


@pytest.mark.parametrize(("shape", "size"), [(["B"], [16, 1]), (["B", "4"], [16, 3]), (["B", "C"], [16])])
def test_another_rank_or_another_fixed_size_is_told(shape: list[str], size: list[int]) -> None:
    assert "was promised" in bind(shape, size, {})


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("[0, C)", [0, 2], [-1, 3, math.nan, math.inf]),
        ("[0, C-1]", [0, 2], [2.5]),
        ("(0, inf)", [0.1, 1e30], [0, -1, math.inf]),
        ("(-inf, inf)", [-1e30, 0], [math.inf, -math.inf, math.nan]),
        ("[0, C) or -100", [-100, 1], [-99]),
        ("[0, 1] or nan", [0, 1, math.nan], [1.01]),
    ],
)
@pytest.mark.torch
def test_a_range_tells_what_lies_outside(text: str, inside: list[float], outside: list[float]) -> None:
    import torch

    allowed = Range(text, {"C": 3})
    assert not allowed.outside(torch.tensor(inside)).numel()
    assert allowed.outside(torch.tensor([*inside, *outside])).numel() == len(outside)


@pytest.mark.parametrize("text", ["0..1", "[0 1]", "positive", "[0, Q)"])
def test_a_text_that_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Range(text, {"C": 3})
