"""Values that stand for "not labelled": -1, -100, 255, 999 and the like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lossadvisor.labels.tables.columns import Column, dtype_of

CODES = (-1, -100, -9, -99, -999, -9999, -99999, 9, 99, 255, 999, 9999, 99999, 65535)
SURE = (-100, -999, -9999, -99999, 255, 999, 9999, 99999, 65535)


class Code(NamedTuple):
    """A value that may be a code, the rows that have it, and how sure that is."""

    value: int
    rows: int
    sure: float


def find_code(column: Column) -> Code | None:
    """The likeliest code among the values, None where there is none."""
    found = sorted(candidates(column), key=lambda code: (code.sure, code.rows), reverse=True)
    return found[0] if found else None


def candidates(column: Column) -> Iterator[Code]:
    if not column.numeric or len(column.values) < 3:
        return
    for place in (0, -1):
        value, rows = column.values[place]
        if value not in CODES:
            continue
        rest = column.values[1:] if place == 0 else column.values[:-1]
        low, high = rest[0][0], rest[-1][0]
        far = min(abs(value - low), abs(value - high))
        sure = certainty(column, int(value), rows, low, high, far)
        if sure:
            yield Code(int(value), rows, sure)


def certainty(column: Column, value: int, rows: int, low: float, high: float, far: float) -> float:
    """How sure it is that `value`, at one end of the values, is a code; `far` is its distance from the others."""
    whole = column.dtype == "int"
    repeated = rows >= 2
    if value == -100 and whole and low >= 0:
        return 0.97
    if value == -1:
        if low < 0 or (not whole and not repeated):
            return 0.0
        if whole and high == 1 and low == 0:
            return 0.6
        return 0.93 if low >= 0 and repeated else 0.5
    lonely = far >= max(3, 0.5 * (high - low), 0.2 * abs(value))
    if not lonely or not repeated or (value < 0 and low < value / 10):
        return 0.0
    return 0.95 if value in SURE else 0.6


def without(column: Column, code: Code) -> Column:
    """The column in which the code's rows are missing."""
    values = tuple((value, count) for value, count in column.values if value != code.value)
    dtype = dtype_of(value for value, _ in values) if column.exact else column.dtype
    return column._replace(
        values=values, missing=column.missing + code.rows, distinct=column.distinct - 1, dtype=dtype, ascending=False
    )
