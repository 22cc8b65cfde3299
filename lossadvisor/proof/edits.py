"""Where a program differs from the one that it was made from."""

from __future__ import annotations

import ast
import contextlib
import difflib
from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

from lossadvisor.proof.calls import KEYWORDS, called, meaning

HEAD = "the head of the program"


class Edit(NamedTuple):
    """From `line` on stands `now`, where `before` stood; `scope` is the top-level function around it."""

    line: int
    now: str
    before: str
    scope: str

    def told(self) -> str:
        """The edit that takes it back."""
        if not self.before:
            return f"take out `{self.now}`"
        if not self.now:
            return f"put back `{self.before}`"
        return f"write `{self.before}`, as it was generated, and not `{self.now}`"


def edits(source: str, reference: str) -> list[Edit]:
    """What changed in the code, from the first line to the last; comments and docstrings don't count."""
    new, old = code_lines(source), code_lines(reference)
    scopes = scope_of_lines(source)
    last = len(source.splitlines())
    matcher = difflib.SequenceMatcher(None, [text for _, text in old], [text for _, text in new], autojunk=False)
    found = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind != "equal":
            line = new[j1][0] if j1 < len(new) else last
            now, before = ("; ".join(text for _, text in part) for part in (new[j1:j2], old[i1:i2]))
            found.append(Edit(line, now, before, scopes.get(line, HEAD)))
    return found


def code_lines(source: str) -> list[tuple[int, str]]:
    """Number and text of each line of code, without comments and indentation."""
    skipped = {
        number
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = ((number, line.partition("  #")[0].strip()) for number, line in enumerate(source.splitlines(), 1))
    return [(number, text) for number, text in lines if number not in skipped and text and not text.startswith("#")]


def scope_of_lines(source: str) -> dict[int, str]:
    """By line, the top-level function or class that it lies in."""
    return {
        number: node.name
        for node in ast.parse(source).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def nearest(found: list[Edit], scopes: Collection[str], line: int) -> Edit | None:
    """The edit that most likely matters: in one of the scopes, and near a line if one is known."""
    ranked = sorted(found, key=lambda edit: (edit.scope not in scopes, abs(edit.line - line) if line else 0))
    return ranked[0] if ranked else None


def changed_calls(edit: Edit) -> str:
    """What the calls that an edit adds and takes away mean: the two of them that say most."""
    now, before = calls(edit.now), calls(edit.before)
    told = [meaning(name, "is called here, and was not generated", 0) for name in now - before]
    told += [meaning(name, "was generated here, and is not called", 1) for name in before - now]
    told += changed_keywords(edit)
    return "; ".join(sorted(told, key=lambda text: ": " not in text)[:2])


def changed_keywords(edit: Edit) -> list[str]:
    """What became of the keywords of calls."""
    now, before = keywords(edit.now), keywords(edit.before)
    other = [name for name in now if name in before and now[name] != before[name]]
    told = [f"settings: {name} is {now[name]}, and was generated as {before[name]}" for name in other]
    left = [name for name in before if name not in now]
    return told + [f"{KEYWORDS.get(name, 'settings')}: {name}={before[name]} is left out" for name in left]


def keywords(text: str) -> dict[str, str]:
    """The keywords of the calls in a piece of code, and their values."""
    found = (node for node in nodes(text) if isinstance(node, ast.keyword) and node.arg)
    return {str(node.arg): ast.unparse(node.value) for node in found}


def calls(text: str) -> Counter[str]:
    """The names that are called in a piece of code."""
    return Counter(called(node) for node in nodes(text) if isinstance(node, ast.Call))


def nodes(text: str) -> Iterator[ast.AST]:
    """All nodes of a piece of code, which need not be whole."""
    for part in text.split("; "):
        for candidate in (part, f"{part} pass", part.removeprefix("el")):
            with contextlib.suppress(SyntaxError):
                yield from ast.walk(ast.parse(candidate))
                break


def code(source: str) -> str:
    """A program without its docstring, its comments and its layout."""
    body = ast.parse(source).body
    described = body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    return ast.unparse(ast.Module(body[1:] if described else body, []))


def edited(source: str, reference: str) -> bool:
    """Whether a program does anything else than the `reference`, which is "" where none is known."""
    try:
        return bool(reference) and code(source) != code(reference)
    except SyntaxError:
        return False


def with_constants(reference: str, source: str) -> str:
    """The reference, each of its constants assigned as in the program."""
    own = assigned(source)
    tree = ast.parse(reference)
    tree.body = [own.get(name_of(node), node) for node in tree.body]
    return ast.unparse(tree)


def assigned(source: str) -> dict[str, ast.stmt]:
    """The assignments of constants at the top level of a program, by name; the last one counts."""
    return {name: node for node in ast.parse(source).body if (name := name_of(node))}


def name_of(node: ast.stmt) -> str:
    """The constants that a statement assigns, as it writes them; "" if it does something else."""
    if not isinstance(node, ast.Assign):
        return ""
    text = ast.unparse(node.targets[0])
    return text if text.isupper() else ""
