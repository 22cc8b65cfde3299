"""One column as its values and how often each occurs: all that kinds and numbers are told from."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lossadvisor.errors import UserError

MISSING = ("", "na", "n/a", "#n/a", "nan", "null", "nil", "?")
NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?", re.IGNORECASE)
COMMA = re.compile(r"[+-]?\d+,(?:\d{1,2}|\d{4,})")  # not 1,234, which may be a thousand
MEASURED = 20  # different numbers beside a few words: a column of numbers with something wrong in it
FLOAT32 = 3.4028234663852886e38  # the largest number of the type that losses are computed in
STRAY = 0.2  # of the rows at most are such words


class Column(NamedTuple):
    """A column, whatever its storage.

    Args:
        dtype: bool, int, float, str or date, by what the values are and not by how they are stored.
        rows: missing ones included.
        values: ascending, with how often each occurs. Where `exact` is off these are, of numbers, the ends and the
            means of small intervals, with all rows counted; of text, those of the first rows.
        distinct: how many different values there are.
        infinite: rows that are infinite in float32, not among `values`.
        ascending: each of the first values is larger than the one before.
        names: of class numbers, what the file calls them.
        stored: the type in the file or table.
    """

    name: str
    dtype: str
    rows: int
    missing: int
    values: tuple[tuple[Any, int], ...]
    distinct: int
    exact: bool = True
    infinite: int = 0
    ascending: bool = False
    names: tuple[str, ...] = ()
    stored: str = ""

    @property
    def valid(self) -> int:
        """Rows that have a value."""
        return self.rows - self.missing - self.infinite

    @property
    def numeric(self) -> bool:
        return self.dtype in ("int", "float")


def parse(value: Any) -> Any:
    """The number that a text is, None for a word that means missing, otherwise the text, trimmed."""
    if not isinstance(value, str):
        return None if isinstance(value, float) and math.isnan(value) else value
    text = value.strip()
    if text.lower() in MISSING:
        return None
    if NUMBER.fullmatch(text):
        return int(text) if text.lstrip("+-").isdigit() else float(text)
    return float(text.replace(",", ".")) if COMMA.fullmatch(text) else text


def of_counts(name: str, counts: Mapping[Any, int]) -> Column:
    """A column all of whose values are counted.

    Raises:
        UserError: it has numbers and text mixed.
    """
    parsed: Counter[Any] = Counter()
    for value, count in counts.items():
        parsed[parse(value)] += count
    missing, rows = parsed.pop(None, 0), sum(counts.values())
    words = {value: count for value, count in parsed.items() if isinstance(value, str)}
    if words and len(words) < len(parsed):
        if len(parsed) - len(words) > MEASURED and sum(words.values()) < STRAY * rows:
            raise mixed(name, list(words), sum(words.values()))
        parsed = as_written(counts)
    far = [value for value in parsed if not isinstance(value, str) and abs(value) > FLOAT32]
    infinite = sum(parsed.pop(value) for value in far)
    dtype = dtype_of(parsed)
    values = tuple(sorted((int(value) if dtype == "int" else value, count) for value, count in parsed.items()))
    return Column(name, dtype, rows, missing, values, len(values), infinite=infinite)


def as_written(counts: Mapping[Any, int]) -> Counter[Any]:
    """All values as text: "1" beside "2+" is a word."""
    written: Counter[Any] = Counter()
    for value, count in counts.items():
        if parse(value) is not None:
            written[str(value).strip()] += count
    return written


def dtype_of(values: Iterable[Any]) -> str:
    values = list(values)
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return "bool"
    if str in kinds:
        return "str"
    return "int" if all(isinstance(value, int) or value.is_integer() for value in values) else "float"


def mixed(name: str, words: list[str], rows: int) -> UserError:
    shown = ", ".join(repr(word) for word in words[:3])
    return UserError(
        f"column {name!r} mixes numbers and text: {rows} rows are {shown}{' ...' if len(words) > 3 else ''}",
        hint="replace them, or leave them empty if they mean missing",
    )
