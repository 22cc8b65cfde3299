"""Labels where they already live: any database that Ibis knows."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lossadvisor.errors import UserError, unknown
from lossadvisor.labels.needs import need
from lossadvisor.labels.tables.paths import check_readable
from lossadvisor.labels.tables.table import BATCH, CLOSED, LONG, Table, lock, quoted, table_of, told

DUCKDB = "duckdb://"
TYPES = {"string": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP", "time": "TIME"}


@contextmanager
def database_table(url: str, name: str) -> Iterator[Table]:
    """A table of the database at `url`, asked in the database's own dialect.

    Raises:
        UserError: it can't be reached, or has no such table.
    """
    if not name:
        raise UserError("which table?", place="--connect", hint="name it: --table NAME")
    opened = duckdb_table if url.startswith(DUCKDB) else ibis_table
    with opened(url, name) as table:
        yield table


@contextmanager
def duckdb_table(url: str, name: str) -> Iterator[Table]:
    """A table of a database of DuckDB, read by DuckDB itself: Ibis 12.0 does not work with DuckDB 2."""
    path = Path(url.removeprefix(DUCKDB)).expanduser()
    check_readable(path)
    with told(str(path)):
        connection = need("duckdb").connect(str(path), read_only=True, config=CLOSED)
        lock(connection)
        tables = [
            table for (table,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
        ]
        if name not in tables:
            raise unknown("table", name, tables, place="--table")
        yield table_of(connection, "duckdb", f"{url} ({name})", quoted(name))
        connection.close()


@contextmanager
def ibis_table(url: str, name: str) -> Iterator[Table]:
    """A table of any other database."""
    ibis = need("ibis")
    shown = without_password(url)
    with reached(shown):
        connection = ibis.connect(url)
        tables = connection.list_tables()
    if name not in tables:
        raise unknown("table", name, tables, place="--table")
    try:
        yield table_in(connection, name, f"{shown} ({name})")
    finally:
        connection.disconnect()


def table_in(connection: Any, name: str, place: str) -> Table:
    with reached(place):
        schema = connection.table(name).schema()

    def ask(query: str) -> list[tuple[Any, ...]]:
        with reached(place):
            told = connection.sql(query, dialect="duckdb").to_pyarrow()
        return list(zip(*(column.to_pylist() for column in told.columns), strict=True))

    def batches(query: str) -> Iterator[Any]:
        with reached(place):
            yield from connection.sql(query, dialect="duckdb").to_pyarrow_batches(chunk_size=BATCH)

    columns = {column: sql_type(str(dtype)) for column, dtype in schema.items()}
    return Table(connection.name, place, columns, quoted(name), ask, batches)


def sql_type(dtype: str) -> str:
    """The type as DuckDB calls it."""
    plain = dtype.lstrip("!").partition("(")[0]
    return TYPES.get(plain, {"int": "BIGINT", "uin": "BIGINT", "flo": "DOUBLE"}.get(plain[:3], plain.upper()))


def without_password(url: str) -> str:
    return re.sub(r"(//[^/:@]*):[^@]*@", r"\1:***@", url)


@contextmanager
def reached(place: str) -> Iterator[None]:
    """Errors of whatever database it is, as errors for users.

    Raises:
        UserError: the block raised one.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Ibis uses what pandas calls deprecated
            yield
    except (UserError, GeneratorExit):
        raise
    except Exception as error:  # noqa: BLE001  # each driver has exceptions of its own
        lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
        install = next((line for line in lines if "pip install" in line), "")
        hint = install.partition("#")[0].strip() or "is the database up, and the URL right?"
        said = without_password(lines[0][:LONG])
        raise UserError(f"can't ask the database: {said}", place=place, hint=hint) from None
