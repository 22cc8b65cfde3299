"""Pictures of losses: each axis with the curves of the losses that are compared."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from lossadvisor.codegen.program import Program, Spec, render
from lossadvisor.codegen.values import parse_values
from lossadvisor.errors import UserError, nearest
from lossadvisor.plot import choice
from lossadvisor.plot.constants import Value, assignments, constants, flag_of, parse, shaping, with_constants
from lossadvisor.plot.reading import read
from lossadvisor.plot.records import Curve, Picture
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Axis

DATA = ("num-classes", "num-samples", "class-counts", "class-weights")
"""What programs are rendered with, by flag: it fits together, one value for each class."""


def programs(
    base: RuleBase, specs: Sequence[Spec], axes: Sequence[Axis], given: Mapping[str, str], flags: Sequence[str]
) -> list[Program]:
    """The programs of the losses, with the user's numbers in place of their constants.

    Args:
        given: the text of a flag, by its name.
        flags: the other flags that there are, for a guess what was meant.

    Raises:
        UserError: a flag is neither a constant of these losses nor a number of these axes, or its value is bad.
    """
    rendered = [render(base, one) for one in specs]
    own = {name for program in rendered for name in constants(program.source)}
    own |= {flag_of(name) for axis in axes for name in axis.numbers}
    for name in given:
        if name not in own and name not in DATA:
            raise unknown_flag(name, sorted(own), [*DATA, *flags])
    data = parse_values({name.replace("-", "_"): given[name] for name in DATA if name in given})
    numbers = {name: parse(name, text) for name, text in given.items() if name not in DATA}
    if data:
        rendered = [render(base, replace(one, values=data)) for one in specs]
    return [with_constants(program, numbers) for program in rendered]


def unknown_flag(name: str, own: Sequence[str], others: Sequence[str]) -> UserError:
    """The error for a flag that there isn't: with the nearest one, and those that shape the losses."""
    guess = nearest(f"--{name}", [f"--{flag}" for flag in (*own, *others)])
    told = [f"did you mean {guess!r}?"] if guess else []
    told += [f"these losses can be shaped by: {', '.join(f'--{flag}' for flag in own)}."] if own else []
    return UserError(f"unknown flag '--{name}'", hint=" ".join(told))


def draw(base: RuleBase, programs: Sequence[Program], axes: Sequence[Axis], given: Mapping[str, str]) -> list[Picture]:
    """A picture for each axis.

    Raises:
        UserError: PyTorch is missing, or a loss can't be computed with these numbers.
    """
    try:
        import torch
    except (ImportError, OSError) as error:
        raise UserError(
            f"curves need PyTorch: {error}", hint="pip install torch (see pytorch.org for your platform)"
        ) from None
    from lossadvisor.plot.curves import Asked, Unplottable, curve, places, subject_of

    torch.set_num_threads(1)
    own: dict[str, Value] = {name: parse(name, text) for name, text in given.items() if "," not in text}
    pictures = []
    program = programs[0]
    try:
        subjects = {id(program): subject_of(base, program) for program in programs}
        for axis in axes:
            numbers, along = Asked(choice.numbers(axis, own)), places(axis)
            curves = []
            for program in programs:
                values, gradients = curve(subjects[id(program)], axis, numbers, along, contract=program.spec.contract)
                reading = read(along, values, gradients, axis.marks)
                curves.append(named(program, axis, values, gradients)._replace(reading=reading))
            used = {name: number for name, number in numbers.items() if name in numbers.used}
            pictures.append(Picture(axis, used, along, told_once(curves)))
    except Unplottable as error:
        shaped = ", ".join(f"--{name} {text}" for name, text in given.items())
        raise UserError(
            f"{program.spec.loss} can't be computed: {error}", hint=f"with {shaped}" if shaped else ""
        ) from None
    shaping_axes = {flag_of(name) for picture in pictures for name in picture.numbers}
    idle = given.keys() - shaping_axes - {name for program in programs for name in constants(program.source)} - {*DATA}
    if idle:
        raise UserError(f"--{min(idle)} shapes none of these losses")
    return pictures


def named(program: Program, axis: Axis, values: Sequence[float], gradients: Sequence[float]) -> Curve:
    """A curve with what it is of."""
    loss, contract = program.spec.loss, program.spec.contract
    constants, remark = literals(program.source), axis.remarks.get(contract, "")
    return Curve(loss, contract, tuple(values), tuple(gradients), constants, remark=remark)


def literals(source: str) -> dict[str, object]:
    """The constants that shape a loss and are written as numbers, by name in lower case."""
    tree = ast.parse(source)
    reached, found = shaping(tree), {}
    for name, value in assignments(tree).items():
        if name in reached:
            with suppress(ValueError):
                found[name.lower()] = ast.literal_eval(value)
    return found


def told_once(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    """The curves, where those that equal an earlier one say so."""
    found: list[Curve] = []
    for curve in curves:
        twin = next((other for other in found if alike(curve, other)), None)
        found.append(curve if twin is None else curve._replace(reading=f"the same as {twin.loss} here"))
    return tuple(found)


def alike(curve: Curve, other: Curve) -> bool:
    scale = max((abs(value) for value in other.values if value == value), default=0.0)  # noqa: PLR0124 - NaN
    pairs = [*zip(curve.values, other.values, strict=True), *zip(curve.gradients, other.gradients, strict=True)]
    return all(abs(a - b) <= 1e-5 * scale for a, b in pairs)
