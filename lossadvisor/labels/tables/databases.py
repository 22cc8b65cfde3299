"""Labels where they already live: any database that Ibis knows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lossadvisor.errors import UserError, unknown
from lossadvisor.labels.needs import need
from lossadvisor.labels.profile import without_password
from lossadvisor.labels.tables.paths import check_readable
from lossadvisor.labels.tables.table import BATCH, CLOSED, LONG, Table, lock, quoted, table_of, told

DUCKDB = "duckdb://"
MASK = ":***"
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
    """A table of any other database; SCHEMA.NAME where it isn't in the one that the connection begins with."""
    ibis = need("ibis")
    shown = without_password(url, MASK)
    check_url(url, shown)
    with reached(shown):
        connection = ibis.connect(url)
    try:
        with reached(shown):
            parts = place_of(connection, name)
        yield table_in(connection, parts, f"{shown} ({name})")
    finally:
        with suppress(Exception):  # it may be lost
            connection.disconnect()


def check_url(url: str, shown: str) -> None:
    """Refuse a URL whose parts can't be told apart, before a driver repeats a part of the password.

    Raises:
        UserError: it is one.
    """
    try:
        _ = urlsplit(url).port
    except ValueError:
        hint = "in a password / is written %2F, and @ is written %40"
        raise UserError("the URL has a port that is no number", place=shown, hint=hint) from None


def place_of(connection: Any, name: str) -> tuple[str, ...]:
    """The name of a table, after that of its schema where one is said.

    Raises:
        UserError: there is no such table.
    """
    tables = connection.list_tables()
    if name in tables:
        return (name,)
    schema, dot, rest = name.partition(".")
    if not dot:
        raise unknown("table", name, tables, place="--table")
    others = connection.list_tables(database=schema)
    if rest not in others:
        raise unknown("table", name, [f"{schema}.{other}" for other in others] or tables, place="--table")
    return (schema, rest)


def table_in(connection: Any, parts: tuple[str, ...], place: str) -> Table:
    *schemas, name = parts
    with reached(place):
        schema = connection.table(name, database=schemas[0] if schemas else None).schema()

    def ask(query: str) -> list[tuple[Any, ...]]:
        with reached(place):
            told = connection.sql(query, dialect="duckdb").to_pyarrow()
        return list(zip(*(column.to_pylist() for column in told.columns), strict=True))

    def batches(query: str) -> Iterator[Any]:
        with reached(place):
            yield from connection.sql(query, dialect="duckdb").to_pyarrow_batches(chunk_size=BATCH)

    columns = {column: sql_type(str(dtype)) for column, dtype in schema.items()}
    return Table(connection.name, place, columns, ".".join(map(quoted, parts)), ask, batches)


def sql_type(dtype: str) -> str:
    """The type as DuckDB calls it."""
    plain = dtype.lstrip("!").partition("(")[0]
    return TYPES.get(plain, {"int": "BIGINT", "uin": "BIGINT", "flo": "DOUBLE"}.get(plain[:3], plain.upper()))


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
        said = without_password(lines[0][:LONG], MASK)
        raise UserError(f"can't ask the database: {said}", place=place, hint=hint) from None
