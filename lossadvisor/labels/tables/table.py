"""Tables of labels: files through DuckDB, which streams them; one way to ask for all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.labels.needs import need

MEMORY = "640MB"
BATCH = 1 << 16  # rows of a matrix that are in memory at a time
LONG = 300  # characters of a library's message that are shown


class Table(NamedTuple):
    """Where columns are, and how to ask for their values.

    Args:
        format: csv, parquet, npy, ...
        place: the file, or the table, for messages.
        columns: by name, the type in SQL.
        origin: what stands after FROM in a query, in SQL of DuckDB.
        ask: rows of a query.
        batches: record batches of a query.
        distinct: SQL that counts distinct values of `{}`, roughly where that is faster.
        text: values are text whatever they mean, as in CSV.
        names: of columns with class numbers, the class names that the file holds.
    """

    format: str
    place: str
    columns: Mapping[str, str]
    origin: str
    ask: Callable[[str], list[tuple[Any, ...]]]
    batches: Callable[[str], Iterator[Any]]
    distinct: str = "count(distinct {})"
    text: bool = False
    names: Mapping[str, tuple[str, ...]] = {}


def quoted(name: str) -> str:
    """A name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def open_table(kind: str, files: Sequence[Path]) -> Iterator[Table]:
    """The table in files of one format: csv, parquet or json.

    Raises:
        UserError: they can't be read.
    """
    place = str(files[0]) if len(files) == 1 else f"{files[0].parent} ({len(files)} files)"
    with tempfile.TemporaryDirectory(prefix="lossadvisor-") as spill, told(place):
        connection = connect(spill, files)
        origin, parameters = {"csv": csv_origin, "parquet": parquet_origin, "json": json_origin}[kind](files)
        yield table_of(connection, kind, place, origin, parameters)


def table_of(connection: Any, kind: str, place: str, origin: str, parameters: Sequence[Any] = ()) -> Table:
    """What DuckDB sees under `origin`, whose question marks stand for `parameters`."""
    parameters = list(parameters)

    def ask(query: str) -> list[tuple[Any, ...]]:
        with told(place):
            rows: list[tuple[Any, ...]] = connection.execute(query, parameters).fetchall()
            return rows

    def batches(query: str) -> Iterator[Any]:
        with told(place):
            yield from connection.sql(query, params=parameters).to_arrow_reader(BATCH)

    columns = {name: str(dtype) for name, dtype, *_ in ask(f"DESCRIBE SELECT * FROM {origin}")}  # noqa: S608
    return Table(kind, place, columns, origin, ask, batches, "approx_count_distinct({})", text=kind == "csv")


CLOSED = {
    "memory_limit": MEMORY,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}


def connect(spill: str, files: Sequence[Path]) -> Any:
    """A database in memory that can read `files`, and neither read nor write anything else."""
    connection = need("duckdb").connect(config={**CLOSED, "temp_directory": spill})
    names = [*map(str, files), *names_of(files)]
    allowed = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
    connection.execute(f"SET allowed_paths = [{allowed}]")
    lock(connection)
    return connection


def lock(connection: Any) -> None:
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def csv_origin(files: Sequence[Path]) -> tuple[str, list[Any]]:
    """All values as text: what they mean is decided by all of them, not by the first.

    Raises:
        UserError: the files don't have the same columns.
    """
    from lossadvisor.labels.tables.csvfiles import dialect_of

    dialect, *others = map(dialect_of, files)
    for file, other in zip(files[1:], others, strict=True):
        if other != dialect:
            raise UserError(f"the file has other columns than {files[0].name}", place=str(file))
    types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in dialect.columns)
    options = "auto_detect = false, delim = ?, quote = '\"', escape = '\"', header = ?"
    origin = f"read_csv(?, {options}, columns = {{{types}}})"
    return origin, [names_of(files), dialect.delimiter, dialect.header]


def parquet_origin(files: Sequence[Path]) -> tuple[str, list[Any]]:
    return "read_parquet(?)", [names_of(files)]


def json_origin(files: Sequence[Path]) -> tuple[str, list[Any]]:
    return "read_json(?, convert_strings_to_integers = false)", [names_of(files)]


def names_of(files: Sequence[Path]) -> list[str]:
    """File names in which nothing is a wildcard."""
    return ["".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(file)) for file in files]


@contextmanager
def told(place: str) -> Iterator[None]:
    """Errors of DuckDB as errors for users.

    Raises:
        UserError: the block raised one.
    """
    duckdb = need("duckdb")
    try:
        yield
    except duckdb.Error as error:
        raise explained(str(error), place) from None


def explained(message: str, place: str) -> UserError:
    """What DuckDB's message means for who reads the file."""
    lines = [line for line in message.splitlines() if line.strip()]
    line = next((each.rpartition(":")[2].strip() for each in lines if "CSV Error on Line:" in each), "")
    where = f"{place}:{line}" if line else place
    if "utf-8" in message:
        return UserError("the text is not UTF-8", place=where, hint="iconv -f LATIN1 -t UTF-8 FILE > utf8.csv")
    widths = next((each for each in lines if each.startswith("Expected Number of Columns")), "")
    if widths:
        expected, _, found = widths.partition("Found")
        said = f"the row has {found.strip(': ')} values, but there are {expected.rpartition(':')[2].strip()} columns"
        return UserError(said, place=where, hint="is a value with the delimiter in it not quoted?")
    if "Out of Memory" in message:
        return UserError("the labels need more memory than is set aside for them", place=place)
    return UserError(f"can't read it: {lines[0][:LONG] if lines else message}", place=where)
