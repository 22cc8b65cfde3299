"""How a text file of values is written: its delimiter, its header."""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from lossadvisor.errors import UserError

LOOK = 1 << 16  # bytes that are looked at
DELIMITERS = (",", "\t", ";", "|")
NONE = "\x1f"  # the delimiter of a single column: nobody writes a unit separator
MOSTLY = 0.5  # of the rows must have the width of the first


class Dialect(NamedTuple):
    """How values are told apart, and the names of the columns.

    Args:
        header: the first row holds the names.
    """

    delimiter: str
    header: bool
    columns: tuple[str, ...]


def dialect_of(file: Path) -> Dialect:
    """The dialect that makes most rows of the file's beginning as wide as its first.

    Raises:
        UserError: it isn't UTF-8, or no text at all.
    """
    text = beginning(file)
    order = ("\t", *DELIMITERS) if file.suffix.lower() in (".tsv", ".tab") else DELIMITERS
    widths = {delimiter: width(text, delimiter) for delimiter in order}
    best = max(order, key=lambda delimiter: (widths[delimiter], -order.index(delimiter)))
    delimiter = best if widths[best] > 1 else NONE
    rows = rows_of(text, delimiter)
    header = has_header(rows)
    names = rows[0] if header else [f"column{place}" for place in range(len(rows[0]))]
    return Dialect(delimiter, header, unique([name.strip() or "unnamed" for name in names]))


def beginning(file: Path) -> str:
    """The first lines, whole ones as far as there are any."""
    try:
        with open_text(file) as stream:
            start = stream.read(LOOK)
            complete = not stream.read(1)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"can't read the file: {getattr(error, 'strerror', None) or error}", place=str(file)) from None
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise not_utf8(file, "UTF-16")
    if b"\0" in start:
        raise UserError("this is no text", place=str(file), hint="if it is another format, name it so: labels.parquet")
    whole = start if complete or b"\n" not in start else start[: start.rindex(b"\n")]
    try:
        text = whole.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = whole.count(b"\n", 0, error.start) + 1
        raise not_utf8(file, "LATIN1", line=line) from None
    if not text.strip():
        raise UserError("the file is empty", place=str(file))
    return text.replace("\r\n", "\n")


def open_text(file: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(file)) if file.suffix.lower() == ".gz" else file.open("rb")


def not_utf8(file: Path, guess: str, *, line: int = 0) -> UserError:
    place = f"{file}:{line}" if line else str(file)
    return UserError("the text is not UTF-8", place=place, hint=f"iconv -f {guess} -t UTF-8 {file} > utf8.csv")


def rows_of(text: str, delimiter: str) -> list[list[str]]:
    return [row for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=False) if row]


def width(text: str, delimiter: str) -> int:
    """Columns of the first row, if most rows have as many; otherwise 1."""
    try:
        widths = Counter(len(row) for row in rows_of(text, delimiter))
        first = len(rows_of(text, delimiter)[0])
    except (csv.Error, IndexError):
        return 1
    return first if widths[first] > MOSTLY * widths.total() else 1


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it has no numbers, and a column below has other values."""
    first, below = rows[0], rows[1:]
    if any(is_number(value) or not value.strip() for value in first):
        return False
    again = [value in {row[place] for row in below if place < len(row)} for place, value in enumerate(first)]
    return not all(again)


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names, numbered where one comes again."""
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name.lower()] += 1
        told.append(name if seen[name.lower()] == 1 else f"{name}_{seen[name.lower()]}")
    return tuple(told)
