"""Which slip of the pen made a program wrong: from its text, or, where it is written otherwise, from its values."""

from __future__ import annotations

import ast
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any, NamedTuple

from lossadvisor.proof.calls import called, missing
from lossadvisor.proof.slips import slips, wrapped

PATIENCE = 3.0
"""Seconds that a search by values may take."""

CONSTANTS = {
    "1 / ({})": "{} divides where it must multiply, or the other way round",
    "1": "{} counts as 1: it is left out",
    "0": "{} counts as 0: it is left out",
    "-({})": "{} has the wrong sign: it stands on the wrong side",
    "({}) ** 0.5": "{} is not squared",
    "({}) ** 2": "{} is squared once too often",
    "({}) / 57.29577951308232": "{} is taken for degrees, and is in radians",
    "({}) * 57.29577951308232": "{} is converted to degrees, and is wanted in radians",
    "({}) / 2": "{} counts half",
    "({}) * 2": "{} counts twice",
    "1 - ({})": "{} counts as 1 minus it",
}
"""What a constant may be taken for, and what that means."""


class Place(NamedTuple):
    """An expression in a tree, and what puts another one there."""

    node: ast.expr
    put: Callable[[ast.expr], None]


def named(tree: ast.Module) -> dict[str, ast.stmt]:
    """The statements of a program, by the name that each defines; without their docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return {name: statement for statement in tree.body if (name := name_of(statement))}


def name_of(statement: ast.stmt) -> str:
    """The function, class or constant that a statement defines; "" if it is none."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return statement.name
    return ast.unparse(statement.targets[0]) if isinstance(statement, ast.Assign) else ""


def variables(statement: ast.AST) -> list[str]:
    """The names that are arguments of a function, or are assigned in it."""
    nodes = [*ast.walk(statement)]
    arguments = [node.arg for node in nodes if isinstance(node, ast.arg) and node.arg != "self"]
    assigned = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return [*dict.fromkeys([*arguments, *assigned])]


def compared(now: Any, before: Any, names: list[str]) -> list[str]:
    """The slips that made one piece of a tree of another; "" for each difference that none explains."""
    if same(now, before):
        return []
    if isinstance(now, ast.expr) and isinstance(before, ast.expr):
        wanted = ast.dump(now)
        for slip in (*slips(before, names), *wrapped(ast.unparse(before))):
            if (made := parsed(slip.text)) is not None and ast.dump(made) == wanted:
                return [slip.cause]
    if isinstance(before, list) and isinstance(now, list):
        return listed(now, before, names)
    if isinstance(before, ast.stmt) and isinstance(now, ast.Pass):
        return [left_out(before)]
    if type(now) is type(before) and isinstance(now, ast.AST):
        if isinstance(now, ast.keyword) and now.arg == before.arg and now.arg != "dim":
            settled = compared(now.value, before.value, names)
            told = f"{now.arg} is {ast.unparse(now.value)}, and {ast.unparse(before.value)} is meant"
            return settled if all(settled) else [told]
        parts = ((getattr(now, field, None), getattr(before, field, None)) for field in now._fields)
        return [cause for one, other in parts for cause in compared(one, other, names)]
    return [""]


def same(now: Any, before: Any) -> bool:
    """Whether two pieces of a tree are the same code."""
    if isinstance(now, ast.AST) and isinstance(before, ast.AST):
        return ast.dump(now) == ast.dump(before)
    if isinstance(now, list) and isinstance(before, list):
        return len(now) == len(before) and all(map(same, now, before))
    return bool(now == before)


def listed(now: list[Any], before: list[Any], names: list[str]) -> list[str]:
    """The slips between two lists of nodes: a statement that is left out, or slips in some."""
    if len(now) == len(before) - 1 and isinstance(before[0], ast.stmt):
        gone = next((i for i, pair in enumerate(zip_longest(now, before)) if not same(*pair)), 0)
        if same(now, [*before[:gone], *before[gone + 1 :]]):
            return [left_out(before[gone])]
    if len(now) != len(before):
        return [""]
    return [cause for one, other in zip(now, before, strict=True) for cause in compared(one, other, names)]


def left_out(statement: ast.stmt) -> str:
    """What it means that a statement is left out."""
    if isinstance(statement, ast.Assert):
        what = f": {ast.literal_eval(statement.msg)}" if isinstance(statement.msg, ast.Constant) else ""
        return f"nobody looks whether {ast.unparse(statement.test)}{what}"
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return missing(called(statement.value), ast.unparse(statement.value))
    return f"the step `{ast.unparse(statement)}` is left out"


def parsed(text: str) -> ast.expr | None:
    """An expression, or None if the text is none."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def places(tree: ast.AST) -> Iterator[Place]:
    """The expressions of a tree, from the outermost to the innermost."""
    for parent in [*ast.walk(tree)]:
        for field, value in ast.iter_fields(parent):
            if isinstance(value, ast.expr):
                yield Place(value, partial(setattr, parent, field))
            for position, item in enumerate(value) if isinstance(value, list) else ():
                if isinstance(item, ast.expr):
                    yield Place(item, partial(value.__setitem__, position))


def changes(tree: ast.Module, reached: Sequence[str]) -> Iterator[tuple[str, ast.stmt]]:
    """What the slips in some of the functions of a program mean, each while the tree has it, and where it is.

    First come other values of the constants.
    """
    tops = named(tree)
    for name, statement in tops.items():
        if name.isupper() and isinstance(statement, ast.Assign):
            value, text = statement.value, ast.unparse(statement.value)
            place = Place(value, partial(setattr, statement, "value"))
            for change, told in CONSTANTS.items():
                yield from put(place, change.format(text), told.format(name), statement)
    for name in reached:
        statement = tops[name]
        names = variables(statement)
        for place in places(statement):
            for slip in slips(place.node, names):
                yield from put(place, slip.text, slip.cause, statement)


def put(place: Place, text: str, cause: str, statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """The cause and the statement, while `text` stands in a place."""
    made = parsed(text)
    if made is not None:
        place.put(made)
        try:
            yield cause, statement
        finally:
            place.put(place.node)


def by_values(source: str, reached: Sequence[str], module: dict[str, Any], matches: Callable[[], bool]) -> str:
    """The slip after which the right program gives the values of the wrong one; "" if none does, or in time.

    Args:
        source: the right program.
        reached: its functions that compute the loss.
        module: its names, among which each slip is made for a while.
        matches: whether it gives the values of the wrong one now.
    """
    tree, names, end = ast.parse(source), dict(module), time.process_time() + PATIENCE
    try:
        for cause, statement in changes(tree, reached):
            module.update(names)
            with contextlib.suppress(Exception):
                execute(tree, statement, module)
                if matches():
                    return cause
            if time.process_time() > end:
                break
    finally:
        module.update(names)
    return ""


def execute(tree: ast.Module, statement: ast.stmt, module: dict[str, Any]) -> None:
    """Define anew what a statement defines; of a constant also those that may follow from it."""
    part = [statement]
    if isinstance(statement, ast.Assign):
        later = tree.body[tree.body.index(statement) :]
        part = [other for other in later if isinstance(other, ast.Assign) and name_of(other) != "DEVICE"]
    exec(compile(ast.fix_missing_locations(ast.Module(part, [])), "reference", "exec"), module)
