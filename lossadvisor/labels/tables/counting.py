"""Columns of tables, counted where they are: in one pass, in memory that does not grow with the table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from lossadvisor.errors import UserError
from lossadvisor.labels.tables.columns import FLOAT32, MISSING, Column, mixed, of_counts, parse
from lossadvisor.labels.tables.table import Table, quoted

LOOK = 20_000  # rows that are read before it is decided how to count all
FEW = 5_000  # so many different values among them are counted one by one
MANY = 50_000  # so many different values are kept
FINENESS = 64  # intervals per factor e of the distance from the centre
OFFSET = 60_000  # more than FINENESS times the logarithm of any double
INFINITE, STRAY = 1_000_001, 1_000_002  # keys of rows that are no finite number
PLAIN = ("BOOL", "TINY", "SMALL", "INT", "BIG", "UTINY", "USMALL", "UINT", "UBIG", "FLOAT", "REAL", "DOUBLE")
NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "ARRAY<")
TEXT = ("VARCHAR", "ENUM", "STRING", "TEXT", "CHAR")


def read_column(table: Table, name: str) -> Column:
    """The column, in one pass over the table after a look at its beginning.

    Raises:
        UserError: it has numbers and text mixed, or no plain values.
    """
    stored = table.columns[name]
    if stored.upper().startswith(NESTED):
        hint = "lists are read from files: write the table as Parquet" if stored.upper().startswith("ARRAY<") else ""
        said = f"column {name!r} holds {stored[:60]}: labels are numbers, text or lists"
        raise UserError(said, place=table.place, hint=hint)
    value = readable(name, stored)
    head = [row[0] for row in table.ask(f"SELECT {value} AS v FROM {table.origin} LIMIT {LOOK}")]  # noqa: S608
    parsed = [parse(each) for each in head]
    if len(head) < LOOK:
        column = of_counts(name, Counter(head))
    elif len(set(head)) <= FEW and (counts := grouped(table, value)):
        column = of_counts(name, counts)
    elif any(isinstance(each, str) for each in parsed):
        column = of_texts(table, name, value, parsed)
    else:
        column = of_numbers(table, name, value, parsed)
    dtype = "date" if stored.upper().startswith(("DATE", "TIME")) else column.dtype
    return column._replace(
        dtype=dtype, ascending=ascending(parsed), names=table.names.get(name, ()), stored=stored.lower()
    )


def readable(name: str, stored: str) -> str:
    """SQL for the value as a plain one of Python: boolean, integer, float or text."""
    if stored.upper().startswith(("DECIMAL", "HUGEINT", "UHUGEINT")):
        return f"CAST({quoted(name)} AS DOUBLE)"
    plain = stored.upper().startswith(PLAIN) or stored.upper() == "VARCHAR"
    return quoted(name) if plain else f"CAST({quoted(name)} AS VARCHAR)"


def grouped(table: Table, value: str) -> Mapping[Any, int] | None:
    """How often each value occurs, None where there are too many values."""
    rows = table.ask(f"SELECT {value} AS v, count(*) AS n FROM {table.origin} GROUP BY 1 LIMIT {MANY + 1}")  # noqa: S608
    return dict(rows) if len(rows) <= MANY else None


def of_numbers(table: Table, name: str, value: str, head: Sequence[Any]) -> Column:
    """A column of many different numbers: those close to each other are counted together."""
    found = {row[0]: row[1:] for row in table.ask(intervals(table, name, value, centre_of(head)))}
    missing, infinite = (found.pop(key, (0,))[0] for key in (None, INFINITE))
    if STRAY in found:
        raise mixed(name, [found[STRAY][5]], found[STRAY][0])
    values: Counter[Any] = Counter()
    for point, count in points(found.values()):
        values[point] += count
    rows = missing + infinite + values.total()
    whole = all(interval[4] == interval[0] for interval in found.values())
    distinct = min(count_distinct(table, value), rows) if whole else len(set(head))
    kept = tuple(sorted(values.items()))
    return Column(name, "int" if whole else "float", rows, missing, kept, distinct, exact=False, infinite=infinite)


def intervals(table: Table, name: str, value: str, centre: float) -> str:
    """A query for rows per interval; the intervals grow with the distance from the centre."""
    text = table.columns[name].upper().startswith(TEXT)
    absent = ", ".join(f"'{word}'" for word in MISSING)
    number = f"TRY_CAST(replace({value}, ',', '.') AS DOUBLE)" if text else f"CAST({value} AS DOUBLE)"
    no_number = f"CASE WHEN lower(trim(t)) IN ({absent}) THEN NULL ELSE {STRAY} END" if text else "NULL"
    away = f"({OFFSET} + floor({FINENESS} * ln(abs(x - {centre!r}))))"
    return f"""
        SELECT k, count(*) AS n, min(x) AS lo, max(x) AS hi, sum(x) AS s,
            sum(CASE WHEN x = floor(x) THEN 1 ELSE 0 END) AS w, min(t) AS e
        FROM (SELECT x, t, CASE
            WHEN t IS NULL THEN NULL
            WHEN x IS NULL THEN {no_number}
            WHEN x > {FLOAT32!r} OR x < -{FLOAT32!r}
                THEN CASE WHEN lower(CAST(x AS VARCHAR)) = 'nan' THEN NULL ELSE {INFINITE} END
            WHEN x = {centre!r} THEN 0
            WHEN x > {centre!r} THEN {away}
            ELSE -{away} END AS k
            FROM (SELECT {number} AS x, {value} AS t FROM {table.origin}) AS numbers) AS placed
        GROUP BY 1"""  # noqa: S608


def centre_of(head: Sequence[Any]) -> float:
    """Zero, or the mean where the values lie closer to each other than to zero."""
    finite = [float(value) for value in head if value is not None and math.isfinite(value)]
    mean = math.fsum(finite) / max(len(finite), 1)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in finite) / max(len(finite), 1))
    return float(round(mean)) if abs(mean) > 3 * spread else 0.0


def points(found: Iterable[Sequence[Any]]) -> Iterator[tuple[float, int]]:
    """Of each interval its ends, and the mean of what lies between them."""
    for count, low, high, total, *_ in found:
        if low == high:
            yield low, count
            continue
        yield from ((low, 1), (high, 1))
        if count > 2:
            yield min(max((total - low - high) / (count - 2), low), high), count - 2


def of_texts(table: Table, name: str, value: str, head: Sequence[Any]) -> Column:
    """A column of many different texts: its values are those of the first rows."""
    counted = table.ask(f"SELECT count(*) AS n, count({value}) AS m FROM {table.origin}")  # noqa: S608
    rows, present = counted[0]
    texts = Counter(str(each) for each in head if each is not None)
    distinct = min(count_distinct(table, value), present)
    values = tuple(sorted(texts.items()))
    return Column(name, "str", rows, rows - present, values, distinct, exact=False)


def count_distinct(table: Table, value: str) -> int:
    rows = table.ask(f"SELECT {table.distinct.format(value)} AS d FROM {table.origin}")  # noqa: S608
    return int(rows[0][0])


def ascending(head: Sequence[Any]) -> bool:
    """Whether all values are there, each larger than the one before."""
    try:
        return all(before < after for before, after in pairwise(head))
    except TypeError:
        return False
