"""Spark in local mode tells of a table what DuckDB tells of the same table in a file: `make test-spark`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from pyspark.sql import SparkSession

from lossadvisor.errors import UserError
from lossadvisor.labels.layouts.table import profile
from lossadvisor.labels.profile import Source

MADE = """
    SELECT range AS id, CAST(hash(range) % 4 AS INTEGER) AS label, sqrt(range) AS x, 'text ' || range % 7 AS note,
        CASE WHEN range % 10 > 0 THEN range % 3 END AS gaps
    FROM range(1000)
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file; Spark has the same rows as table `t`."""
    path = tmp_path_factory.mktemp("spark") / "t.parquet"
    duckdb.execute(f"COPY ({MADE}) TO '{path}'")
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    spark.read.parquet(str(path)).createOrReplaceTempView("t")
    yield path
    spark.stop()


@pytest.mark.parametrize("counted", ["here", "there"])
@pytest.mark.parametrize("columns", [("label",), ("id",), ("x",), ("note",), ("gaps",), ("label", "x")])
def test_spark_tells_what_a_file_tells(
    table: Path, columns: tuple[str, ...], counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if counted == "there":  # not the first rows: all is counted by Spark
        monkeypatch.setattr("lossadvisor.labels.counting.LOOK", 100)
        monkeypatch.setattr("lossadvisor.labels.counting.FEW", 20)
    here, file = profile(Source("", columns, connect="pyspark://", table="t")), profile(Source(str(table), columns))
    for field in ("kind", "confidence", "rival", "classes", "rows", "missing"):
        assert getattr(here, field) == getattr(file, field), field
    for number, value in file.numbers.items():
        if isinstance(value, float):
            assert here.numbers[number] == pytest.approx(value, abs=1e-9), number


def test_a_table_that_spark_does_not_have_is_told(table: Path) -> None:
    with pytest.raises(UserError, match="unknown table"):
        profile(Source("", connect="pyspark://", table="u"))
