"""One flat file from a program and the parts that it imports from `losses`, `models`, `targets` and `training`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

SLOTS = ("losses", "models", "targets", "training")
STANDARD = ("collections", "functools", "itertools", "math")


@dataclass
class Parts:
    """The statements of a flat file by kind, in the order in which they are written."""

    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    definitions: list[str] = field(default_factory=list)
    training: list[str] = field(default_factory=list)


def flatten(source: str, read: Callable[[str, str], str]) -> tuple[str, str]:
    """The docstring and the body of a program with its parts inlined.

    Args:
        source: the program, its markers chosen.
        read: gives the source of a part, chosen likewise, from its folder and name (`"losses"`, `"focal"`).
    """
    parts = Parts()
    own: list[str] = []
    docstring = collect(source, parts, own, read, wins=True)
    main = next((i for i, text in enumerate(own) if text.startswith("if __name__")), len(own))
    definitions = [*parts.definitions, *own[:main], *parts.training, *own[main:]]
    imports = format_imports(parts.imports, "\n".join([*parts.constants.values(), *definitions]))
    blocks = [imports, "\n".join(parts.constants.values())]
    return docstring, "\n\n".join(block for block in blocks if block) + "".join(spaced(definitions)) + "\n"


def spaced(definitions: list[str]) -> Iterable[str]:
    """Definitions with the blank lines that the formatter wants: two around functions and classes, one elsewhere."""
    before = False
    for text in definitions:
        code = next(line for line in text.splitlines() if not line.startswith("#"))
        block = code.startswith(("def ", "class ", "@", "if "))
        yield ("\n\n\n" if block or before else "\n\n") + text
        before = block


def collect(source: str, parts: Parts, own: list[str], read: Callable[[str, str], str], *, wins: bool = False) -> str:
    """Sort the statements of `source` into `parts`, its definitions into `own`; returns its docstring.

    Where two parts set the same constant the first one counts, but the program itself `wins`.
    """
    lines = source.splitlines()
    tree = ast.parse(source)
    docstring = ast.get_docstring(tree) or ""
    inner: list[str] = []
    end = 0
    for node in tree.body:
        start, end = end, node.end_lineno or 0
        text = "\n".join(lines[start:end]).strip("\n")
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in SLOTS:
            folder, name = (node.module or "").split(".")
            into = parts.training if folder == "training" else parts.definitions
            collect(read(folder, name), parts, into, read)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            parts.imports.append(node)
        elif (constant := constant_name(node)) and (wins or constant not in parts.constants):
            parts.constants[constant] = text
        elif constant:
            continue
        else:
            inner.append(text)
    own.extend(text for text in inner if text not in own)
    return docstring


def constant_name(node: ast.stmt) -> str:
    """The name (or names) that an assignment in capitals sets, else ""."""
    if not isinstance(node, ast.Assign):
        return ""
    name = ast.unparse(node.targets[0])
    return name if name.isupper() else ""


def format_imports(nodes: Iterable[ast.Import | ast.ImportFrom], body: str) -> str:
    """The imports that `body` uses, merged and sorted as the linter wants them."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    plain: set[str] = set()
    members: dict[str, set[str]] = {}
    for node in nodes:
        for alias in node.names:
            if (alias.asname or alias.name.split(".")[0]) not in used:
                continue
            if isinstance(node, ast.Import):
                plain.add(f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else ""))
            else:
                members.setdefault(node.module or "", set()).add(alias.name)
    lines = sorted(plain) + [
        f"from {module} import {', '.join(sort_names(members[module]))}" for module in sorted(members)
    ]
    standard = [line for line in lines if line.split()[1].split(".")[0] in STANDARD]
    others = [line for line in lines if line not in standard]
    return "\n\n".join("\n".join(group) for group in (standard, others) if group)


def sort_names(names: Iterable[str]) -> list[str]:
    """Constants, then classes, then the rest, each in order of the alphabet."""
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
