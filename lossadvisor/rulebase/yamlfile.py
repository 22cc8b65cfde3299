"""The files of the rule base: YAML, or the JSON that a wheel holds beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from lossadvisor import resources
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


def load(path: Path) -> dict[str, Any]:
    """The value of a rule file, a mapping.

    To import PyYAML and parse a table takes longer than all else that a one-shot command does. So a wheel holds each
    file as JSON too, written when the wheel is built.

    Raises:
        UserError: the file can't be read, isn't YAML, has a key twice, or holds no mapping.
    """
    if (compiled := resources.compiled(path)) is not None:
        value: dict[str, Any] = json.loads(read(compiled))
        return value
    from lossadvisor.rulebase.marks import load as load_yaml

    value = load_yaml(read(path), path) or {}
    if not isinstance(value, dict):
        raise UserError("a rule file holds a mapping at its top", place=f"{path}:1:1")
    return value
