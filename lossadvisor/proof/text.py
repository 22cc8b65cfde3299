"""What the text of a program tells: its functions, which of them compute the loss, and what it says of its names."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from lossadvisor.proof.calls import called

LOSS = ("loss_fn", "loss_terms", "criterion")
CONSTANT = re.compile(r"\b[A-Z][A-Z_]+\b")
CALL = re.compile(r"\b(\w+)\(")


def functions(source: str) -> dict[str, ast.FunctionDef]:
    """The top-level functions of a program."""
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def reached(source: str) -> list[str]:
    """The top-level functions that the loss uses, by itself or through others."""
    tops = functions(source)
    found = list[str]()
    left = [name for name in LOSS if name in tops]
    while left:
        name = left.pop(0)
        if name not in found:
            found.append(name)
            used = [node.id for node in ast.walk(tops[name]) if isinstance(node, ast.Name)]
            left += [other for other in used if other in tops]
    return found


def line_of_call(source: str, names: Collection[str]) -> int:
    """The first line of what computes the loss, else of the program, in which one of the names is called; or 0."""
    of_loss = reached(source)
    scopes = sorted(functions(source).values(), key=lambda node: node.name not in of_loss)
    calls = (node for scope in scopes for node in ast.walk(scope) if isinstance(node, ast.Call))
    return next((call.lineno for call in calls if called(call) in names), 0)


def notes(source: str) -> dict[str, str]:
    """What a program says of its constants, in a comment, and of its functions, in a docstring."""
    lines, found = source.splitlines(), dict[str, str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and (docstring := ast.get_docstring(node)):
            found[node.name] = docstring.split("\n")[0].rstrip(".")
        if isinstance(node, ast.Assign) and (comment := lines[node.lineno - 1].partition("  # ")[2]):
            found[ast.unparse(node.targets[0])] = comment
    return found


def noted(cause: str, known: dict[str, str]) -> str:
    """A cause, with what is known of the first constant in it, or of the call that it says is left out."""
    gone = "is left out" in cause or "is not called" in cause
    names = [*CONSTANT.findall(cause), *(CALL.findall(cause) if gone else [])]
    told = next((name for name in names if name in known), "")
    return f"{cause} ({told}: {known[told]})" if told else cause
