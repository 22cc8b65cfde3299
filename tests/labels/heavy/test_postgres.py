"""A PostgreSQL server tells of a table what DuckDB tells of the same table in a file: `make test-postgres`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import psycopg
import pytest

from lossadvisor.errors import UserError
from lossadvisor.labels.look import source_flags
from lossadvisor.labels.profile import Source, profile
from lossadvisor.labels.tables.databases import ibis_table
from lossadvisor.labels.tables.table import Table, open_table
from tests.labels.heavy.tables import COLUMNS, MADE, assert_same, count_there

PASSWORD = "secret"  # noqa: S105
OTHERS = """
    CREATE SCHEMA staging;
    CREATE TABLE staging.marks AS SELECT i % 3 AS label FROM generate_series(1, 900) i;
    CREATE TABLE kinds AS SELECT i % 2 = 0 AS flag, (i * 1.37)::numeric(10, 2) AS price, sqrt(i)::real AS root,
        date '2020-01-01' + i AS day, ARRAY[i, i] AS pair, NULL::int AS nothing, 'NaN'::float8 AS nan,
        CASE WHEN i % 9 > 0 THEN (ARRAY['cat', 'dog', 'owl'])[1 + i % 3] END AS "Odd ""name"
        FROM generate_series(1, 900) i;
"""


class Server(NamedTuple):
    """A server of its own: where its programs and its data are, and the URL of its database."""

    programs: Path
    data: Path
    url: str

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of the server's, as somebody who isn't root: it refuses to serve root."""
        user = "nobody" if os.getuid() == 0 else None
        command = [str(self.programs / program), "-D", str(self.data), *arguments]
        subprocess.run(command, check=True, user=user, cwd=self.data.parent, stdout=subprocess.DEVNULL, timeout=60)


def programs() -> Path:
    """The folder of the server's programs; without one there is nothing to test."""
    found = [*filter(None, [shutil.which("initdb")]), *sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    if not found:
        pytest.skip("no PostgreSQL server is here: initdb is not found (Debian: apt-get install postgresql)")
    return Path(found[0]).resolve().parent


@contextmanager
def running() -> Iterator[Server]:
    """A new, empty server on a free port of this machine."""
    where = programs()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        secret = Path(folder) / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        if os.getuid() == 0:
            shutil.chown(folder, "nobody")
            shutil.chown(secret, "nobody")
        server = Server(where, Path(folder) / "data", f"postgresql://me:{PASSWORD}@127.0.0.1:{port}/postgres")
        server.run("initdb", "-U", "me", "-A", "scram-sha-256", "--pwfile", str(secret))
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
        server.run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield server
        finally:
            if (server.data / "postmaster.pid").exists():
                server.run("pg_ctl", "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "t.parquet"
    duckdb.execute(f"COPY ({MADE}) TO '{path}'")
    return path


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database with the rows of the file, and other tables."""
    with running() as server:
        with psycopg.connect(server.url) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE t (id bigint, label int, x float8, note text, gaps bigint)")
            cursor.executemany("INSERT INTO t VALUES (%s, %s, %s, %s, %s)", duckdb.execute(MADE).fetchall())
            cursor.execute(OTHERS)
        yield server.url


@pytest.fixture
def tables(url: str, file: Path) -> Iterator[tuple[Table, Table]]:
    with ibis_table(url, "t") as there, open_table("parquet", [file]) as here:
        yield there, here


@pytest.mark.parametrize("counted", ["here", "there"])
@pytest.mark.parametrize("columns", COLUMNS)
def test_postgres_tells_what_a_file_tells(
    tables: tuple[Table, Table], columns: tuple[str, ...], counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if counted == "there":
        count_there(monkeypatch)
    assert_same(*tables, columns)


@pytest.mark.parametrize(
    ("column", "kind"),
    [("flag", "binary"), ("price", "real"), ("root", "real"), ("day", "date"), ('Odd "name', "class-name")],
)
def test_other_types_are_told(url: str, column: str, kind: str) -> None:
    seen = profile(Source("", (column,), connect=url, table="kinds"))
    assert (seen.kind, seen.rows) == (kind, 900)
    assert seen.missing == (100 if kind == "class-name" else 0)


@pytest.mark.parametrize("column", ["nothing", "nan"])
def test_a_column_without_a_value_is_refused(url: str, column: str) -> None:
    with pytest.raises(UserError, match="all 900 rows are missing"):
        profile(Source("", (column,), connect=url, table="kinds"))


def test_an_array_in_a_column_is_refused(url: str) -> None:
    with pytest.raises(UserError, match="'pair' holds ARRAY<INT32>"):
        profile(Source("", ("pair",), connect=url, table="kinds"))


def test_a_table_of_another_schema_is_named_with_it(url: str) -> None:
    seen = profile(Source("", connect=url, table="staging.marks"))
    assert [tuple(each) for each in seen.classes] == [(0, 300), (1, 300), (2, 300)]


@pytest.mark.parametrize(
    ("table", "hint"), [("tt", "did you mean 't'"), ("staging.mark", "'staging.marks'"), ("none.t", "kinds")]
)
def test_a_table_that_is_not_there_is_told(url: str, table: str, hint: str) -> None:
    with pytest.raises(UserError, match=f"unknown table '{table}'") as caught:
        profile(Source("", connect=url, table=table))
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (PASSWORD, "another", "password authentication failed"),
        (PASSWORD, "an/other", "port that is no number"),
        ("/postgres", "/none", 'database "none" does not exist'),
        ("127.0.0.1", "none.invalid", "none.invalid"),
    ],
)
def test_a_database_that_does_not_open_is_told_without_the_password(
    url: str, right: str, wrong: str, says: str
) -> None:
    with pytest.raises(UserError, match=says) as caught:
        profile(Source("", connect=url.replace(right, wrong), table="t"))
    told = f"{caught.value.message} {caught.value.place} {caught.value.hint}"
    assert PASSWORD not in told
    assert "other" not in told


def test_the_password_may_come_from_the_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = Source("", ("label",), connect=url, table="t")
    *_, without, _, _ = source_flags(given)
    assert PASSWORD not in without
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert profile(given._replace(connect=without)).classes == profile(given).classes


def test_a_server_that_dies_while_rows_come_is_told() -> None:
    with running() as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE t AS SELECT i AS a FROM generate_series(1, 300000) i")  # several batches
        with ibis_table(server.url, "t") as table:
            batches = table.batches("SELECT a FROM t")
            next(batches)
            server.run("pg_ctl", "-w", "-m", "immediate", "stop")
            with pytest.raises(UserError, match="can't ask the database"):
                list(batches)
