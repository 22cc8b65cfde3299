"""Statistics of large labels beside Polars and DuckDB by hand: time and peak memory, side by side in one run.

Each subject is a process of its own that tells how many rows each class has, the missing ones, minimum, maximum, mean
and standard deviation; ours tells the kind as well, quantiles, skewness and outliers. A column of many values has no
classes: there the others tell quantiles instead.

    python -m tests.benchmarks.labels [--rows 100000000] [--runs 3]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.timing import table

CUTS = (0.05, 0.25, 0.5, 0.75, 0.95)
CSV_ROWS = 0.56  # of the rows: 1 GB where the others are 100 million
MAKE = """
    SELECT range AS id, CAST(floor(100 * power(random(), 2)) AS BIGINT) AS label,
        round(exp(3 + random() + random() + random()), 2) AS price
    FROM range({rows})
"""


def make(folder: Path, rows: int) -> None:
    """The files: a Parquet file of two columns of integers, and a CSV file of three columns."""
    import duckdb

    duckdb.execute("SELECT setseed(0.5)")
    parquet, text = folder / "labels.parquet", folder / "labels.csv"
    integers = f"SELECT label, CAST(price * 1e6 AS BIGINT) AS amount FROM ({MAKE.format(rows=rows)})"  # noqa: S608
    duckdb.execute(f"COPY ({integers}) TO '{parquet}'")
    duckdb.execute(f"COPY ({MAKE.format(rows=int(rows * CSV_ROWS))}) TO '{text}'")


def ours(path: Path, column: str) -> object:
    from lossadvisor.labels.layouts.table import profile
    from lossadvisor.labels.profile import Source

    return profile(Source(str(path), (column,))).kind


def by_duckdb(path: Path, column: str) -> object:
    import duckdb

    told = f"count(*), count({column}), min({column}), max({column}), avg({column}), stddev_pop({column})"
    if column == "label":
        duckdb.sql(f"SELECT {told} FROM '{path}'").fetchall()  # noqa: S608
        return len(duckdb.sql(f"SELECT {column}, count(*) FROM '{path}' GROUP BY 1").fetchall())  # noqa: S608
    return duckdb.sql(f"SELECT {told}, approx_quantile({column}, {list(CUTS)}) FROM '{path}'").fetchall()  # noqa: S608


def by_polars(path: Path, column: str) -> object:
    import polars as pl

    frame = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_csv(path)
    value = pl.col(column)
    told = [pl.len().alias("n"), value.null_count().alias("m"), value.min().alias("a"), value.max().alias("b")]
    told += [value.mean().alias("c"), value.std().alias("d")]
    if column != "label":
        told += [value.quantile(cut).alias(f"q{cut}") for cut in CUTS]
        return frame.select(told).collect(engine="streaming").rows()
    counted = frame.group_by(column).agg(pl.len())
    first, second = pl.collect_all([frame.select(told), counted], engine="streaming")
    return first.height + second.height


SUBJECTS: Mapping[str, Callable[[Path, str], object]] = {"ours": ours, "DuckDB by hand": by_duckdb, "Polars": by_polars}
COLUMNS = (("labels.parquet", "label"), ("labels.parquet", "amount"), ("labels.csv", "label"), ("labels.csv", "price"))


def run(subject: str, path: Path, column: str) -> Mapping[str, Any]:
    """Seconds and peak memory (MiB) of a subject in a process of its own, imports included."""
    command = [sys.executable, "-m", "tests.benchmarks.labels", "--subject", subject, str(path), column]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {"seconds": time.perf_counter() - start, **json.loads(done.stdout)}


def measure(folder: Path, runs: int) -> list[tuple[object, ...]]:
    """A row for each file, column and subject; the subjects take turns."""
    rows = []
    for name, column in COLUMNS:
        path = folder / name
        told = [{subject: run(subject, path, column) for subject in SUBJECTS} for _ in range(runs)]
        seconds = {subject: median(each[subject]["seconds"] for each in told) for subject in SUBJECTS}
        fastest = min(spent for subject, spent in seconds.items() if subject != "ours")
        for subject, spent in seconds.items():
            peak = max(each[subject]["peak"] for each in told)
            size = f"{name}, {path.stat().st_size / 1e9:.2f} GB"
            rows.append((size, column, subject, f"{spent:.1f} s", f"{spent / fastest:.2f}", f"{peak:.0f} MiB"))
    return rows


def main() -> None:
    """Make the files in a temporary folder, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--subject", nargs=3)
    arguments = parser.parse_args()
    if arguments.subject:
        subject, path, column = arguments.subject
        SUBJECTS[subject](Path(path), column)
        print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
        return
    with tempfile.TemporaryDirectory(prefix="lossadvisor-") as folder:
        make(Path(folder), arguments.rows)
        header = ("file", "column", "subject", "takes", "times the faster tool", "peak memory")
        print(table(header, measure(Path(folder), arguments.runs)))


if __name__ == "__main__":
    main()
