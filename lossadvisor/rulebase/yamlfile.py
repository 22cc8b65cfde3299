"""Places in rule files, and their text."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from lossadvisor.errors import UserError

Path_ = tuple[object, ...]
"""The way to a value inside a file: keys and indices."""


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
