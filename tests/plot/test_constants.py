"""What shapes a loss can be set by the user, wherever it stands in the program."""

from __future__ import annotations

import ast

import pytest

from lossadvisor.codegen.program import Program, Spec, render
from lossadvisor.errors import UserError
from lossadvisor.plot.constants import assignments, constants, parse, with_constants
from lossadvisor.rulebase.load import RuleBase

BASE = RuleBase()
SOURCE = '''"""A program."""

STEPS = 300
ALPHA, BETA = 0.1, 1.0  # of both terms
COUNTS = [
    900,
    10,
]
WEIGHT = COUNTS[0] / COUNTS[1]  # « derived »
criterion = make(weight=WEIGHT)


def loss_fn(x):
    return ALPHA * criterion(x) + helper(x)


def helper(x):
    return BETA * x


def train():
    return STEPS
'''
PROGRAM = Program(SOURCE, Spec("mse", "value", "mlp", "floats"))


def values(program: Program) -> dict[str, str]:
    return {name: ast.unparse(value) for name, value in assignments(ast.parse(program.source)).items()}


def test_the_constants_that_shape_a_loss_are_those_that_it_depends_on() -> None:
    assert constants(SOURCE) == ["alpha", "beta", "counts", "weight"]


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"beta": 3.0}, {"BETA": "3.0"}),
        ({"alpha": 2.0, "beta": 3.0}, {"ALPHA": "2.0", "BETA": "3.0"}),
        ({"counts": [5.0, 1.0]}, {"COUNTS": "[5.0, 1.0]"}),
        ({"weight": 7.0}, {"WEIGHT": "7.0"}),
        ({"gamma": 7.0}, {}),
    ],
)
def test_the_users_values_take_the_place_of_the_programs(
    given: dict[str, float | list[float]], changed: dict[str, str]
) -> None:
    found = with_constants(PROGRAM, given)
    assert values(found) == {**values(PROGRAM), **changed}
    assert "# of both terms" in found.source
    assert found.spec == PROGRAM.spec


def test_nothing_else_of_a_program_changes() -> None:
    program = render(BASE, Spec("sigmoid_focal", "binary", "mlp", "class-index"))
    found = with_constants(program, {"gamma": 3.0})
    before, after = program.source.splitlines(), found.source.splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new.split("  #")[0] for _, new in changed] == ["GAMMA = 3.0"]


@pytest.mark.parametrize(("text", "value"), [("2", 2.0), ("-1e-3", -0.001), ("1,2,4", [1.0, 2.0, 4.0])])
def test_a_value_is_a_number_or_several(text: str, value: float | list[float]) -> None:
    assert parse("x", text) == value


@pytest.mark.parametrize("text", ["", "x", "1,x", "nan", "inf", "1,,2", "1;2"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="not a number"):
        parse("x", text)
