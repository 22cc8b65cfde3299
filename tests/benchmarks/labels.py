"""Statistics of large labels beside Polars and DuckDB by hand: time and peak memory, side by side in one run.

Each subject is a process of its own. Of few values the others count how often each occurs, in one query: all else that
is told of classes follows from that, as it does in ours. Of many values they tell rows, missing ones, minimum, maximum,
mean, standard deviation and quantiles: DuckDB's are approximate, Polars' exact, ours within 2 %. Ours tells the kind as
well, skewness and outliers.

    python -m tests.benchmarks.labels [--rows 100000000] [--runs 3]
"""

from __future__ import annotations

import argparse
import json
import os
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

    if column == "label":
        return len(duckdb.sql(f"SELECT {column}, count(*) FROM '{path}' GROUP BY 1").fetchall())  # noqa: S608
    told = f"count(*), count({column}), min({column}), max({column}), avg({column}), stddev_pop({column})"
    return duckdb.sql(f"SELECT {told}, approx_quantile({column}, {list(CUTS)}) FROM '{path}'").fetchall()  # noqa: S608


def by_polars(path: Path, column: str) -> object:
    import polars as pl

    frame = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_csv(path)
    value = pl.col(column)
    if column == "label":
        return frame.group_by(column).agg(pl.len()).collect(engine="streaming").height
    told = [pl.len().alias("n"), value.null_count().alias("m"), value.min().alias("a"), value.max().alias("b")]
    told += [value.mean().alias("c"), value.std().alias("d")]
    told += [value.quantile(cut).alias(f"q{cut}") for cut in CUTS]
    return frame.select(told).collect(engine="streaming").rows()


def peak() -> float:
    """The most memory of this process, MiB. Not `ru_maxrss`, which starts with what the parent had."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


SUBJECTS: Mapping[str, Callable[[Path, str], object]] = {"ours": ours, "DuckDB by hand": by_duckdb, "Polars": by_polars}
COLUMNS = (("labels.parquet", "label"), ("labels.parquet", "amount"), ("labels.csv", "label"), ("labels.csv", "price"))


def run(subject: str, path: Path, column: str) -> Mapping[str, Any]:
    """Seconds and peak memory (MiB) of a subject in a process of its own, imports included."""
    command = [sys.executable, "-m", "tests.benchmarks.labels", "--subject", subject, str(path), column]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {"seconds": time.perf_counter() - start, **json.loads(done.stdout)}


def measure(path: Path, column: str, runs: int) -> list[tuple[object, ...]]:
    """A row for each subject; they take turns."""
    told = [{subject: run(subject, path, column) for subject in SUBJECTS} for _ in range(runs)]
    seconds = {subject: [each[subject]["seconds"] for each in told] for subject in SUBJECTS}
    fastest = min(median(spent) for subject, spent in seconds.items() if subject != "ours")
    size = f"{path.name}, {path.stat().st_size / 1e9:.2f} GB"
    return [
        (
            *(size, column, subject, f"{median(spent):.1f} s", f"{min(spent):.1f} to {max(spent):.1f} s"),
            *(f"{median(spent) / fastest:.2f}", f"{max(each[subject]['peak'] for each in told):.0f} MiB"),
        )
        for subject, spent in seconds.items()
    ]


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
        print(json.dumps({"peak": peak()}))
        return
    with tempfile.TemporaryDirectory(prefix="lossadvisor-") as folder:
        make(Path(folder), arguments.rows)
        header = ("file", "column", "subject", "takes", "in", "times the faster tool", "peak memory")
        for name, column in COLUMNS:
            print(table(header, measure(Path(folder, name), column, arguments.runs)))
            print(f"load of the machine: {os.getloadavg()[0]:.1f}\n", flush=True)


if __name__ == "__main__":
    main()
