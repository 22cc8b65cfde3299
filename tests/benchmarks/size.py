"""How large the modules and functions are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.timing import table

ROOT = Path(__file__).resolve().parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(folder: str) -> dict[str, str]:
    """The text of each module below `folder`."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def functions(source: str) -> Iterator[int]:
    """The lines of each function, without its decorators and docstring."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            first = node.body[0]
            text = (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            )
            said = (first.end_lineno or 0) - first.lineno + 1 if text else 0
            yield (node.end_lineno or 0) - node.lineno + 1 - said


def report() -> str:
    """Sizes of the package, the templates and the tests, and the longest modules."""
    rows = []
    for folder in ("lossadvisor", "templates", "tests"):
        sources = modules(folder)
        lines = [len(text.splitlines()) for text in sources.values()]
        lengths = [length for text in sources.values() for length in functions(text)]
        rows.append(
            (folder, len(lines), sum(lines), median(lines), max(lines), len(lengths), median(lengths), max(lengths))
        )
    header = ("", "modules", "lines", "median", "longest", "functions", "median", "longest")
    longest = sorted(modules("lossadvisor").items(), key=lambda item: -len(item[1].splitlines()))[:5]
    listed = ", ".join(f"{name} {len(text.splitlines())}" for name, text in longest)
    return f"{table(header, rows)}\nlongest: {listed}"


if __name__ == "__main__":
    print(report())
