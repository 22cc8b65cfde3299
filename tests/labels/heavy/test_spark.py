"""Spark in local mode tells of a table what DuckDB tells of the same table in a file: `make test-spark`."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from pyspark.sql import SparkSession

from lossadvisor.errors import UserError
from lossadvisor.labels.layouts.table import profile_table
from lossadvisor.labels.profile import Source
from lossadvisor.labels.tables.databases import ibis_table
from lossadvisor.labels.tables.table import Table, open_table

MADE = """
    SELECT range AS id, CAST(hash(range) % 4 AS INTEGER) AS label, sqrt(range) AS x, 'text ' || range % 7 AS note,
        CASE WHEN range % 10 > 0 THEN range % 3 END AS gaps
    FROM range(1000)
"""


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
@pytest.mark.parametrize("columns", [("label",), ("id",), ("x",), ("note",), ("gaps",), ("label", "x")])
def test_spark_tells_what_a_file_tells(
    tables: tuple[Table, Table], columns: tuple[str, ...], counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if counted == "there":  # not the first rows: all is counted by Spark
        monkeypatch.setattr("lossadvisor.labels.tables.counting.LOOK", 100)
        monkeypatch.setattr("lossadvisor.labels.tables.counting.FEW", 20)
    there, here = (profile_table(table, Source("t", columns)) for table in tables)
    for field in ("kind", "confidence", "rival", "classes", "rows", "missing"):
        assert getattr(there, field) == getattr(here, field), field
    for number, value in here.numbers.items():
        if isinstance(value, float):
            assert there.numbers[number] == pytest.approx(value, abs=1e-9), number


def test_a_table_that_spark_does_not_have_is_told(tables: tuple[Table, Table]) -> None:
    with pytest.raises(UserError, match="unknown table"), ibis_table("pyspark://", "u"):
        pass
