"""Large JSON files, an element at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lossadvisor.errors import UserError

CHUNK = 1 << 20
AFTER = tuple(":,]} \t\r\n")  # what may follow a value
WHITESPACE = re.compile(r"[ \t\n\r]*")


class Text:
    """A JSON text of which a piece is in memory."""

    def __init__(self, file: IO[str]) -> None:
        self.file, self.piece, self.at, self.read, self.ended = file, "", 0, 0, False
        self.decoder = json.JSONDecoder()

    def more(self) -> None:
        """Reads on: at least as much as is unused, so that a long value is not tried too often."""
        rest = self.piece[self.at :]
        chunk = self.file.read(max(CHUNK, len(rest)))
        self.read += self.at
        self.piece, self.at, self.ended = rest + chunk, 0, not chunk

    def next(self) -> str:
        """The next character that is no space, not taken yet; "" at the end."""
        while True:
            self.at = WHITESPACE.match(self.piece, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.piece) or self.ended:
                return self.piece[self.at : self.at + 1]
            self.more()

    def take(self, wanted: str) -> str:
        """The next character, which must be one of `wanted`.

        Raises:
            ValueError: it is another.
        """
        found = self.next()
        if not found or found not in wanted:
            raise ValueError(f"expected {' or '.join(wanted)} but found {found or 'the end'}")
        self.at += 1
        return found

    def value(self) -> Any:
        """The next value, whole.

        Raises:
            ValueError: there is none.
        """
        self.next()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.piece, self.at)
            except json.JSONDecodeError:
                if self.ended:
                    raise
            else:
                if self.piece[end : end + 1] in AFTER or self.ended:  # a number may go on
                    self.at = end
                    return value
            self.more()


def members(path: Path) -> Iterator[tuple[str, Any]]:
    """Each value of the object in a file by its key; of an array each element by the key of the array.

    Raises:
        UserError: it can't be read, or is no JSON object.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = Text(file)
            try:
                yield from walked(text)
            except (ValueError, RecursionError) as error:
                at = getattr(error, "pos", text.at)
                cut = "; the file ends there" if text.ended and at >= len(text.piece.rstrip()) - 1 else ""
                place = f"{path}: character {text.read + at:,}"
                raise UserError(f"this is no JSON: {getattr(error, 'msg', error)}{cut}", place=place) from None
    except OSError as error:
        raise UserError(f"can't read the file: {error.strerror}", place=str(path)) from None


def walked(text: Text) -> Iterator[tuple[str, Any]]:
    for _ in listed(text, "{", "}"):
        key = text.value()
        text.take(":")
        if text.next() == "[":
            yield from ((key, text.value()) for _ in listed(text, "[", "]"))
        else:
            yield key, text.value()
    if text.next():
        raise ValueError("more after its end")


def listed(text: Text, start: str, end: str) -> Iterator[None]:
    """A step for each element between brackets, which the caller takes."""
    text.take(start)
    if text.next() == end:
        text.take(end)
        return
    yield
    while text.take("," + end) != end:
        yield
