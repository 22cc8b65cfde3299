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

SECTION = re.compile(r"^([A-Za-z_][\w.-]*):(?=\s|$)", re.MULTILINE)
OTHER_TOP_LINE = re.compile(r"^(?![A-Za-z_][\w.-]*:(?:\s|$))[^\s#]", re.MULTILINE)


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


def sections(text: str) -> dict[str, str] | None:
    """The text of each top-level key, unparsed, or None where the text can't be cut safely.

    A file of cards is cut at its unindented keys, so that reading one card parses one card.
    """
    if OTHER_TOP_LINE.search(text):
        return None
    starts = list(SECTION.finditer(text))
    ends = [*(match.start() for match in starts), len(text)][1:]
    found = {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=False)}
    return found if len(found) == len(starts) else None
