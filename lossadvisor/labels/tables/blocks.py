"""Rows of numbers, block by block, from tables and arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lossadvisor.errors import UserError
from lossadvisor.labels.needs import need
from lossadvisor.labels.tables.columns import MISSING
from lossadvisor.labels.tables.counting import TEXT
from lossadvisor.labels.tables.table import Table, quoted

BLOCK = 1 << 20  # values that are looked at at a time


def blocks_of_table(table: Table, names: Sequence[str]) -> Iterator[Any]:
    """Numbers of several columns, NaN where there is none.

    Raises:
        UserError: a column holds text.
    """
    numpy = need("numpy")
    read = ", ".join(as_number(name, table.columns[name]) for name in names)
    for batch in table.batches(f"SELECT {read} FROM {table.origin}"):  # noqa: S608
        yield numpy.column_stack(
            [
                numpy.frombuffer(column.buffers()[1], numpy.float64, len(column), column.offset * 8)
                for column in batch.columns
            ]
        )


def as_number(name: str, stored: str) -> str:
    column = quoted(name)
    if stored.upper().startswith(TEXT):
        number = f"TRY_CAST({column} AS DOUBLE), CAST(TRY_CAST({column} AS BOOLEAN) AS DOUBLE)"
    elif stored.upper().startswith("BOOL"):
        number = f"CASE WHEN {column} THEN 1e0 WHEN NOT {column} THEN 0e0 END"
    else:
        number = f"CAST({column} AS DOUBLE)"
    return f"coalesce({number}, CAST('nan' AS DOUBLE)) AS {column}"


def check_numbers(table: Table, names: Sequence[str]) -> None:
    """Refuse columns of text among those that are read as numbers.

    Raises:
        UserError: one holds words.
    """
    absent = ", ".join(f"'{word}'" for word in MISSING)
    for name in (name for name in names if table.columns[name].upper().startswith(TEXT)):
        column = quoted(name)
        number = f"coalesce(TRY_CAST({column} AS DOUBLE), CAST(TRY_CAST({column} AS BOOLEAN) AS DOUBLE))"
        word = f"{number} IS NULL AND lower(trim({column})) NOT IN ({absent})"
        found = table.ask(f"SELECT {column} AS v FROM {table.origin} WHERE {word} LIMIT 1")  # noqa: S608
        if found:
            raise UserError(
                f"column {name!r} holds text, as {found[0][0]!r}: several columns are read together as numbers",
                place=table.place,
                hint=f"look at it alone: --column {name}",
            )


def blocks_of_array(array: Any) -> Iterator[Any]:
    """An array as rows of numbers, all but the first dimension flattened."""
    numpy = need("numpy")
    step = max(1, BLOCK // max(int(numpy.prod(array.shape[1:])), 1))
    for start in range(0, array.shape[0], step):
        part = numpy.asarray(array[start : start + step], dtype=numpy.float64)
        yield part.reshape(part.shape[0], -1)
