"""Formulas of known values: arithmetic, and nothing else."""

from __future__ import annotations

import math

import pytest

from lossadvisor.proof.expression import evaluate

NAMES = {"NUM_CLASSES": 4, "COUNTS": [900, 90, 10], "y": 2}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (0.5, 0.5),
        ("1e-3", 0.001),
        ("log(NUM_CLASSES)", math.log(4)),
        ("-log(COUNTS[y] / sum(COUNTS))", -math.log(0.01)),
        ("(1 - 1 / NUM_CLASSES) ** 2 * log(NUM_CLASSES)", 0.75**2 * math.log(4)),
        ("max(0, y - 1) + (y > 1) * 10 + len(COUNTS)", 14),
        ("-y + pi", math.pi - 2),
        ("y == 2", 1),
    ],
)
def test_a_formula_has_the_value_of_its_arithmetic(formula: str | float, value: float) -> None:
    assert evaluate(formula, NAMES) == pytest.approx(value)


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').system('true')",
        "(1).__class__",
        "'text'",
        "lambda: 1",
        "[x for x in COUNTS]",
        "unknown + 1",
        "1 / 0",
        "log(0)",
        "COUNTS[9]",
        "1 +",
        "y if y else 1",
    ],
)
def test_anything_else_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        evaluate(formula, NAMES)
