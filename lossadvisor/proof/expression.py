"""Known values as formulas: arithmetic over named constants, and nothing else."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "log": math.log,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "erf": math.erf,
    "lgamma": math.lgamma,
    "sin": math.sin,
    "cos": math.cos,
    "sum": sum,
    "len": len,
    "min": min,
    "max": max,
    "abs": abs,
}


def evaluate(formula: str | float, names: Mapping[str, Any]) -> float:
    """The value of a formula such as `log(NUM_CLASSES)`.

    Raises:
        ValueError: it uses anything but arithmetic, the known functions and `names`.
    """
    if not isinstance(formula, str):
        return float(formula)
    try:
        return float(value_of(ast.parse(formula, mode="eval").body, {"pi": math.pi, **names}))
    except (SyntaxError, TypeError, ArithmeticError, LookupError) as error:
        raise ValueError(f"{formula!r}: {error}") from None


def value_of(node: ast.expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](value_of(node.left, names), value_of(node.right, names))
    if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](value_of(node.operand, names))
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OPERATORS:
        return OPERATORS[type(node.ops[0])](value_of(node.left, names), value_of(node.comparators[0], names))
    if isinstance(node, ast.Subscript):
        return value_of(node.value, names)[int(value_of(node.slice, names))]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        return FUNCTIONS[node.func.id](*(value_of(argument, names) for argument in node.args))
    raise ValueError(f"{ast.unparse(node)!r} is not allowed in a formula")
