"""Pictures of losses: each axis with the curves of the losses that are compared."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from lossadvisor.codegen.program import Program, Spec, render
from lossadvisor.codegen.values import parse_values
from lossadvisor.errors import UserError, nearest
from lossadvisor.plot import choice
from lossadvisor.plot.constants import Value, assignments, constants, flag_of, parse, shaping, with_constants
from lossadvisor.plot.reading import read
from lossadvisor.plot.records import Curve, Picture
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Axis

if TYPE_CHECKING:
    from lossadvisor.proof.subject import Subject

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
        refuse(name for name in DATA if name in given and all(unused(program, name) for program in rendered))
    return [with_constants(program, numbers) for program in rendered]


def unused(program: Program, flag: str) -> bool:
    return flag.replace("-", "_") in program.unused


def refuse(flags: Iterable[str]) -> None:
    """Refuse flags that change nothing.

    Raises:
        UserError: names the first of them.
    """
    for flag in flags:
        raise UserError(f"--{flag} shapes none of these losses")


def unknown_flag(name: str, own: Sequence[str], others: Sequence[str]) -> UserError:
    """The error for a flag that there isn't: with the nearest one, and those that shape the losses."""
    guess = nearest(f"--{name}", [f"--{flag}" for flag in (*own, *others)])
    told = [f"did you mean {guess!r}?"] if guess else []
    told += [f"these losses can be shaped by: {', '.join(f'--{flag}' for flag in own)}."] if own else []
    return UserError(f"unknown flag '--{name}'", hint=" ".join(told))


def need_torch(what: str) -> None:
    """Import PyTorch, for one thread: the tensors of a picture are small.

    Raises:
        UserError: it is missing or broken.
    """
    try:
        import torch
    except (ImportError, OSError) as error:
        hint = "pip install torch (see pytorch.org for your platform)"
        raise UserError(f"{what} need PyTorch: {error}", hint=hint) from None
    torch.set_num_threads(1)


def draw(base: RuleBase, programs: Sequence[Program], axes: Sequence[Axis], given: Mapping[str, str]) -> list[Picture]:
    """A picture for each axis.

    Raises:
        UserError: PyTorch is missing, a loss can't be computed with these numbers, or a number shapes none of them.
    """
    need_torch("curves")
    from lossadvisor.plot.curves import subject_of

    subjects = []
    for program in programs:
        with told_of(program, given):
            subjects.append((program, subject_of(base, program)))
    pictures = [picture(subjects, axis, given) for axis in axes]
    shaped = {name for program in programs for name in constants(program.source)}
    shaped |= {flag_of(name) for drawn in pictures for name in drawn.numbers}
    refuse(name for name in given if name not in shaped and name not in DATA)
    return pictures


@contextmanager
def told_of(program: Program, given: Mapping[str, str]) -> Iterator[None]:
    """What can't be computed is told of this program, with the user's numbers.

    Raises:
        UserError: it can't.
    """
    from lossadvisor.plot.curves import Unplottable

    try:
        yield
    except Unplottable as error:
        shaped = ", ".join(f"--{name} {text}" for name, text in given.items())
        hint = f"with {shaped}" if shaped else ""
        raise UserError(f"{program.spec.loss} can't be computed: {error}", hint=hint) from None


def picture(subjects: Sequence[tuple[Program, Subject]], axis: Axis, given: Mapping[str, str]) -> Picture:
    """The curves of all programs over an axis."""
    from lossadvisor.plot.curves import Asked, curve, places

    own: dict[str, Value] = {name: parse(name, text) for name, text in given.items() if "," not in text}
    numbers, along = Asked(choice.numbers(axis, own)), places(axis)
    curves = []
    for program, subject in subjects:
        with told_of(program, given):
            values, gradients = curve(subject, axis, numbers, along, contract=program.spec.contract)
        reading = read(along, values, gradients, axis.marks)
        curves.append(named(program, axis, values, gradients)._replace(reading=reading))
    used = {name: number for name, number in numbers.items() if name in numbers.used}
    return Picture(axis, used, along, told_once(curves))


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
