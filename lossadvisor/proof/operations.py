"""Slips of the pen in an operation, a sign or a comparison, each with what it means."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple


class Slip(NamedTuple):
    """What stands in the place of an expression, and what that means."""

    text: str
    cause: str


Slips = Iterator[Slip]
SIGNS: dict[type[ast.operator], str] = {ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@"}
COUNT = re.compile(r"count|sum\(|len\(|numel\(")
"""What a mean divides by."""
FLIPPED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: (">", "<="),
    ast.LtE: (">=", "<"),
    ast.Gt: ("<", ">="),
    ast.GtE: ("<=", ">"),
    ast.Eq: ("!=", ""),
    ast.NotEq: ("==", ""),
}
"""By comparison: the opposite, and the one that differs at the border alone."""


def of_operation(node: ast.BinOp) -> Slips:
    """What may stand where two expressions are added, multiplied, and so on."""
    left, right = ast.unparse(node.left), ast.unparse(node.right)
    if type(node.op) in SIGNS:
        for (one, other), cause in twice([node.left, node.right]):
            yield Slip(f"({one}) {SIGNS[type(node.op)]} ({other})", cause)
    if isinstance(node.op, ast.Pow):
        yield from aims(node.left, lambda text: f"({text}) ** {right}")
    if type(node.op) in OPERATIONS:
        yield from OPERATIONS[type(node.op)](left, right)


def of_difference(left: str, right: str) -> Slips:
    yield Slip(f"({right}) - ({left})", f"the difference has the wrong sign: {right} - {left}")
    yield Slip(f"({left}) + ({right})", f"{right} is added where it must be subtracted")
    yield Slip(left, f"{right} is not subtracted from {left}")
    if right == "1" and left.startswith("2 * "):
        yield Slip(left[4:], f"{left[4:]} is 0 or 1 where -1 or 1 is meant")
    if left == "1":
        yield Slip(right, f"{right} is not subtracted from 1: it stands for its opposite")
    else:
        yield Slip(right, f"{left} is left out: {right} is subtracted from nothing")


def of_sum(left: str, right: str) -> Slips:
    yield Slip(f"({left}) - ({right})", f"{right} is subtracted where it must be added")
    for kept, gone in ((left, right), (right, left)):
        yield Slip(kept, f"{gone} is left out: it is not added")
        yield Slip(f"({kept}) + 0 * ({gone})", f"{gone} counts nothing: it is multiplied by 0")
        yield Slip(f"0 * ({gone}) + ({kept})", f"{gone} counts nothing: it is multiplied by 0")


def of_product(left: str, right: str) -> Slips:
    yield Slip(f"({left}) / ({right})", f"{left} is divided by {right} where it must be multiplied")
    yield Slip(f"1 / ({left}) * ({right})", f"{right} is divided by {left} where it must be multiplied")
    for kept, gone in ((left, right), (right, left)):
        yield Slip(kept, f"{kept} is not multiplied by {gone}")
    yield Slip(f"0 * ({left}) * ({right})", f"{right} counts nothing: it is multiplied by 0")


def of_quotient(left: str, right: str) -> Slips:
    yield Slip(f"({left}) * ({right})", f"{left} is multiplied by {right} where it must be divided")
    mean = "a sum stands where a mean is meant: " if COUNT.search(right) else ""
    yield Slip(left, f"{mean}{left} is not divided by {right}")


def of_power(left: str, right: str) -> Slips:
    yield Slip(left, f"{left} is not squared" if right == "2" else f"{left} is not raised to the power of {right}")


def of_matrix_product(left: str, right: str) -> Slips:
    yield Slip(f"({right}) @ ({left})", f"the product is {right} @ {left}: the sum is over the other axis")


def of_conditions(left: str, right: str) -> Slips:
    for kept, gone in ((left, right), (right, left)):
        yield Slip(kept, f"the condition {gone} is left out")


OPERATIONS: dict[type[ast.operator], Callable[[str, str], Slips]] = {
    ast.Sub: of_difference,
    ast.Add: of_sum,
    ast.Mult: of_product,
    ast.Div: of_quotient,
    ast.Pow: of_power,
    ast.MatMult: of_matrix_product,
    ast.BitAnd: of_conditions,
    ast.BitOr: of_conditions,
}


def twice(parts: Sequence[ast.expr]) -> Iterator[tuple[list[str], str]]:
    """Parts of an expression, one of which takes what another one has; and what that means."""
    texts = [ast.unparse(part) for part in parts]
    names = [{node.id for node in ast.walk(part) if isinstance(node, ast.Name)} for part in parts]
    for position, text in enumerate(texts):
        others = {name for other, of in enumerate(names) if other != position for name in of} - names[position]
        for gone in sorted(names[position]):
            for name in sorted(others):
                changed = re.sub(rf"\b{gone}\b", name, text)
                cause = f"{name} is taken twice, with itself: {gone} does not count"
                yield [*texts[:position], changed, *texts[position + 1 :]], cause


def aims(error: ast.expr, around: Callable[[str], str]) -> Slips:
    """An error that is the distance from 0."""
    if isinstance(error, ast.BinOp) and isinstance(error.op, ast.Sub):
        left, right = ast.unparse(error.left), ast.unparse(error.right)
        yield Slip(around(left), f"{left} aims at 0, and must aim at {right}")


def of_sign(node: ast.UnaryOp) -> Slips:
    operand = ast.unparse(node.operand)
    if isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield Slip(operand, f"{operand} has the wrong sign")
    elif isinstance(node.op, (ast.Invert, ast.Not)):
        yield Slip(operand, f"the condition {operand} is turned around")


def of_comparison(node: ast.Compare) -> Slips:
    if len(node.ops) != 1 or type(node.ops[0]) not in FLIPPED:
        return
    left, right, told = ast.unparse(node.left), ast.unparse(node.comparators[0]), ast.unparse(node)
    opposite, border = FLIPPED[type(node.ops[0])]
    yield Slip(f"({left}) {opposite} ({right})", f"the condition {told} is turned around")
    if border:
        counts = "counts too" if "=" in border else "does not count"
        yield Slip(f"({left}) {border} ({right})", f"the border {left} = {right} {counts}")
