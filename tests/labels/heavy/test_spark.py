"""Spark in local mode tells of a table what DuckDB tells of the same table in a file: `make test-spark`."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from pyspark.sql import SparkSession

from lossadvisor.errors import UserError
from lossadvisor.labels.tables.databases import ibis_table
from lossadvisor.labels.tables.table import Table, open_table
from tests.labels.heavy.tables import COLUMNS, MADE, assert_same, count_there


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Table, Table]]:
    """The same rows in Spark and in a file."""
    folder = tmp_path_factory.mktemp("spark")
    path = folder / "t.parquet"
    duckdb.execute(f"COPY ({MADE}) TO '{path}'")
    builder = SparkSession.builder.master("local[2]").config("spark.sql.warehouse.dir", str(folder / "warehouse"))
    spark = builder.config("spark.ui.enabled", "false").getOrCreate()
    spark.read.parquet(str(path)).write.saveAsTable("t")
    with ibis_table("pyspark://", "t") as there, open_table("parquet", [path]) as here:
        yield there, here


@pytest.mark.parametrize("counted", ["here", "there"])
@pytest.mark.parametrize("columns", COLUMNS)
def test_spark_tells_what_a_file_tells(
    tables: tuple[Table, Table], columns: tuple[str, ...], counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if counted == "there":
        count_there(monkeypatch)
    assert_same(*tables, columns)


def test_a_table_that_spark_does_not_have_is_told(tables: tuple[Table, Table]) -> None:
    with pytest.raises(UserError, match="unknown table"), ibis_table("pyspark://", "u"):
        pass
