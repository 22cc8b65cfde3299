"""The three `#:` markers of a template.

    NUM_CLASSES = 10  #: set num_classes
    #: if class_weights
    ...
    #: else
    ...
    #: end
    scaler = torch.amp.GradScaler()  #: if amp

A template is plain Python and runs with its markers in place. Blocks nest once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

MARKER = re.compile(r"^(?P<code>.*?)\s*#: (?P<word>if|else|end|set)\b ?(?P<name>[\w ]*)$")
LINE_LENGTH = 100


class Noted(NamedTuple):
    """A value, and the comment that goes beside it instead of the template's: how it was computed."""

    value: Any
    how: str


class TemplateError(Exception):
    """A template that breaks the rules of the markers: a bug of the template, not of its user."""


def choose(source: str, options: Collection[str]) -> str:
    """`source` with the lines of the options that are on, and without any `if`, `else` or `end` marker."""
    kept: list[str] = []
    blocks: list[bool] = []
    for line in source.splitlines():
        marker = MARKER.match(line)
        word, bare = (marker["word"], not marker["code"].strip()) if marker else ("", False)
        if marker is None or word == "set":
            if all(blocks):
                kept.append(line)
        elif word == "if" and not bare:
            if all(blocks) and holds(marker["name"], options):
                kept.append(marker["code"])
        elif word == "if":
            blocks.append(holds(marker["name"], options))
        elif not blocks:
            raise TemplateError(f"`#: {word}` without `#: if`")
        elif word == "else":
            blocks[-1] = not blocks[-1]
        else:
            blocks.pop()
        if len(blocks) > 2:
            raise TemplateError("`#: if` nests once only")
    if blocks:
        raise TemplateError("`#: if` without `#: end`")
    return "\n".join(kept) + "\n"


def holds(condition: str, options: Collection[str]) -> bool:
    negated, name = condition.startswith("not "), condition.removeprefix("not ").strip()
    return (name in options) is not negated


def names(source: str) -> tuple[set[str], set[str]]:
    """The options that a template knows, and the values that it lets be set."""
    found = [marker for line in source.splitlines() if (marker := MARKER.match(line))]
    options = {marker["name"].removeprefix("not ").strip() for marker in found if marker["word"] == "if"}
    return options, {marker["name"] for marker in found if marker["word"] == "set"}


def fill(source: str, values: Mapping[str, object]) -> str:
    """`source` with each `NAME = ...  #: set name` given its value as a literal, and without `set` markers."""
    lines = []
    for line in source.splitlines():
        marker = MARKER.match(line)
        if not marker or marker["word"] != "set":
            lines.append(line)
        elif marker["name"] in values:
            target, _, rest = marker["code"].partition(" = ")
            value, comment = values[marker["name"]], rest.partition("  # ")[2]
            if isinstance(value, Noted):
                value, comment = value.value, one_line(value.how)
            lines.append(assignment(target, value, comment))
        else:
            lines.append(marker["code"])
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """A comment that stays one, whatever is in it: a file's name may hold a line break."""
    return "".join(character if character.isprintable() else "?" for character in text)


def assignment(target: str, value: object, comment: str = "") -> str:
    """`target = value` in the formatter's style, on one line if it fits."""
    tail = f"  # {comment}" if comment else ""
    line = f"{target} = {literal(value)}"
    if len(line) <= LINE_LENGTH or not isinstance(value, (list, tuple)):
        return line + tail
    return "\n".join([f"{target} = [{tail}", *(f"    {literal(item)}," for item in value), "]"])


def literal(value: object) -> str:
    """A Python literal of a plain value: None, a number, a string, or a list of those.

    Raises:
        TypeError: for anything else; nothing is ever pasted as text.
    """
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, str):
        import json

        return json.dumps(value) if value.isascii() and value.isprintable() else repr(value)
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    raise TypeError(f"no literal for {type(value).__name__}")
