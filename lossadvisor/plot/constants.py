"""The constants of a program that shape its loss, and the user's own in their place."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lossadvisor.codegen.markers import literal
from lossadvisor.codegen.program import Program
from lossadvisor.errors import UserError

ROOTS = ("loss_fn", "generator_loss")
Value = float | list[float]


def assignments(tree: ast.Module) -> dict[str, ast.expr]:
    """The values of the constants that a program sets at its top, by name; `A, B = 1, 2` sets two."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = [*zip(target.elts, value.elts, strict=True)]
            found |= {name: part for one, part in pairs if (name := ast.unparse(one)).isupper()}
    return found


def shaping(tree: ast.Module) -> set[str]:
    """All names at the top of a program that its loss depends on."""
    definitions = {name: node for node in tree.body for name in names_of(node)}
    reached: set[str] = set()
    waiting = [name for name in ROOTS if name in definitions]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            used = {node.id for node in ast.walk(definitions[name]) if isinstance(node, ast.Name)}
            waiting += used & definitions.keys()
    return reached


def names_of(node: ast.stmt) -> Sequence[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if not isinstance(node, ast.Assign):
        return []
    return [name.id for name in ast.walk(node.targets[0]) if isinstance(name, ast.Name)]


def constants(source: str) -> list[str]:
    """The constants that shape a program's loss, by the names of their flags: `pos-weight`."""
    tree = ast.parse(source)
    reached = shaping(tree)
    return [flag_of(name) for name in assignments(tree) if name in reached]


def flag_of(name: str) -> str:
    return name.lower().replace("_", "-")


def with_constants(program: Program, given: Mapping[str, Value]) -> Program:
    """The program with the user's values of the constants that it has."""
    values = {flag_of(name): value for name, value in assignments(ast.parse(program.source)).items()}
    lines = [line.encode() for line in program.source.splitlines()]  # places in a line are counted in bytes
    for name in sorted(given.keys() & values.keys(), key=lambda name: (-values[name].lineno, -values[name].col_offset)):
        value = values[name]
        first, last = value.lineno - 1, (value.end_lineno or value.lineno) - 1
        text = lines[first][: value.col_offset] + literal(given[name]).encode() + lines[last][value.end_col_offset :]
        lines[first : last + 1] = [text]
    return replace(program, source="\n".join(line.decode() for line in lines) + "\n")


def parse(name: str, text: str) -> Value:
    """A number, or a list of them with commas in between.

    Raises:
        UserError: it is neither.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if not numbers or not all(map(math.isfinite, numbers)):
        raise UserError(
            f"not a number: {text!r}", place=f"--{name}", hint=f"for example --{name} 2, or 1,2,4 of a list"
        )
    return numbers if "," in text else numbers[0]
