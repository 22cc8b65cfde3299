"""YAML files of the rule base: read quickly, whole or by section."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.rulebase import quick

if TYPE_CHECKING:
    from lossadvisor.rulebase.marks import Loader, Marks, syntax_error

__all__ = ["Loader", "Marks", "Path_", "Place", "parse", "read", "sections", "syntax_error"]

Path_ = tuple[object, ...]
"""The way to a value inside a file: keys and indices."""

# Both start with a literal, which makes searching fast: the text is searched with a line break before it.
TOP_LINE = re.compile(r"\n([^\s#][^\n]*)")
KEY = re.compile(r"([A-Za-z_][\w.-]*):(?:\s|$)")
ROW = re.compile(r"\n- id: ([\w-]+)[ ]*(?=\n)")
ROW_END = re.compile(r"\n[^\s#]")
# The keys of a row that nobody needs to match it.
WORDS = ("because", "instead", "why-not", "pitfalls", "references", "examples")
# Each with the lines below it.
SAID = re.compile(rf"\n  (?:{'|'.join(WORDS)}):[^\n]*(?:\n  [ -][^\n]*)*")


def __getattr__(name: str) -> Any:
    # These need PyYAML, which takes long to import; a one-shot command does without.
    if name not in ("Loader", "Marks", "syntax_error"):
        raise AttributeError(name)
    from lossadvisor.rulebase import marks

    return getattr(marks, name)


class Place(NamedTuple):
    """A position in a file, counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


def read(path: Path) -> str:
    """The text of a rule file.

    Raises:
        UserError: the file can't be read or isn't UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UserError(f"can't read the rule file: {reason}", place=str(path)) from None


def parse(text: str, path: Path) -> Any:
    """The value of a YAML text.

    Raises:
        UserError: the text isn't YAML, or has a key twice; the place is the parser's.
    """
    try:
        return quick.read(text)
    except (quick.Unsure, RecursionError):
        from lossadvisor.rulebase.marks import load

        return load(text, path)


def parse_part(part: str, path: Path) -> Any:
    """The value of a part of a file; if it is broken, the error says the line in the whole file.

    Raises:
        UserError: as for `parse`.
    """
    try:
        return parse(part, path)
    except UserError:
        parse(read(path), path)
        raise


def sections(text: str) -> dict[str, str] | None:
    """The text of each top-level key, unparsed, or None where the text can't be cut safely.

    A file of cards is cut at its unindented keys, so that reading one card parses one card.
    """
    keys: list[tuple[str, int]] = []
    for line in TOP_LINE.finditer(f"\n{text}"):
        match = KEY.match(line[1])
        if not match:
            return None
        keys.append((match[1], line.start()))
    ends = [*(start for _, start in keys), len(text)][1:]
    found = {key: text[start:end] for (key, start), end in zip(keys, ends, strict=False)}
    return found if len(found) == len(keys) else None


def rows(text: str) -> tuple[str, dict[str, str]]:
    """The text of a table without what only a matching row has to say, and the whole text of each row by its id.

    A row stays whole, and has no text of its own, if it does not start with its id at the margin, or shares it.
    """
    text = f"\n{text}\n"
    own: dict[str, str] = {}
    kept, last = [], 0
    found = [*ROW.finditer(text)]
    ids = [match[1] for match in found]
    for match in found:
        if ids.count(match[1]) > 1:
            continue
        end = ROW_END.search(text, match.end())
        start, stop = match.start(), end.start() if end else len(text)
        own[match[1]] = text[start:stop]
        kept += [text[last:start], SAID.sub("", text[start:stop])]
        last = stop
    return "".join([*kept, text[last:]]), own
