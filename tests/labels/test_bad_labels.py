"""Labels that can't be read, or aren't any: what is wrong, where, and what to type next."""

from __future__ import annotations

import gzip
import io
import os
import sqlite3
import sys
import zipfile
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
import torch

from lossadvisor.errors import USAGE, UserError
from lossadvisor.labels.layouts.table import profile
from lossadvisor.labels.profile import Source
from lossadvisor.labels.tables.databases import ibis_table
from lossadvisor.labels.tables.paths import unchanged


def refused(path: Path | str, *columns: str, kind: str = "", connect: str = "", table: str = "") -> str:
    """All that the user is told."""
    with pytest.raises(UserError) as caught:
        profile(Source(str(path), columns, kind, connect, table))
    assert caught.value.code == USAGE
    return f"{caught.value.message} | {caught.value.place} | {caught.value.hint}"


# A file as text, the column, and what must be said.
TEXTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "empty": ("", "", ("the file is empty",)),
    "blank": ("\n\n  \n", "", ("the file is empty",)),
    "header only": ("a,b\n", "b", ("there are no rows",)),
    "all missing": ("a,b\n1,\n2,NA\n3,\n", "b", ("no values", "all 3 rows are missing")),
    "one row": ("a,b\n1,2\n", "b", ("one row",)),
    "mixed": ("y\n" + "".join(f"{row}\n" for row in range(100)) + "oops\n", "", ("mixes numbers and text", "'oops'")),
    "mixed late": ("y\n" + "".join(f"{row}\n" for row in range(30000)) + "oops\n", "", ("mixes numbers and", "'oops'")),
    "ragged": ("a,b\n" + "1,2\n" * 50 + "1,2,3\n" + "1,2\n" * 50, "b", ("3 values", "2 columns", ".csv:52")),
    "another delimiter": ("a^b\n" + "1^2\n3^4\n" * 9, "b", ("unknown column 'b'", "a^b")),
    "no such column": ("label,price\n1,2\n3,4\n", "lable", ("unknown column 'lable'", "did you mean 'label'?")),
    "which column": ("a,b,c\n1,2,3\n3,4,5\n", "", ("which column", "a, b, c", "--column c")),
    "currency": (
        "price\n" + '$1.50\n"$1,200.00"\n$12\n' * 9,
        "",
        ("written as text", "'$1,200.00'", "--kind class-name"),
    ),
    "percent": ("y\n" + "12%\n7 %\n50%\n" * 9, "", ("written as text", "'12%'")),
    "thousands": ("y\n" + '"1,234,567"\n"12,345,678"\n"1,222,333"\n' * 9, "", ("written as text", "'1,222,333'")),
    "text among numbers": ("a,b\n" + "1,x\n2,y\n" * 5, "a,b", ("holds text", "'x'", "--column b")),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_file_that_is_wrong_is_refused(name: str, tmp_path: Path) -> None:
    text, columns, says = TEXTS[name]
    (tmp_path / "y.csv").write_text(text)
    said = refused(tmp_path / "y.csv", *(columns.split(",") if columns else ()))
    for part in (*says, "y.csv" if "column" not in said else ""):
        assert part in said


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "y.csv").write_bytes("a,b\ncafé,1\n".encode("latin-1"))
    assert "not UTF-8" in refused(tmp_path / "y.csv", "a")
    assert "y.csv:2 | iconv -f LATIN1" in refused(tmp_path / "y.csv", "a")
    (tmp_path / "y.csv").write_bytes("a,b\n1,2\n".encode("utf-16"))
    assert "iconv -f UTF-16" in refused(tmp_path / "y.csv", "a")
    (tmp_path / "y.csv").write_bytes(b"a\n" + b"1\n" * 100_000 + b"caf\xe9\n")
    assert "not UTF-8" in refused(tmp_path / "y.csv")


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    pa.parquet.write_table(pa.table({"y": list(range(5000))}), tmp_path / "y.parquet")
    np.save(tmp_path / "y.npy", np.arange(5000))
    (tmp_path / "y.csv.gz").write_bytes(gzip.compress(b"y\n" + b"".join(b"%d\n" % row for row in range(9999)), mtime=0))
    with (
        pa.OSFile(str(tmp_path / "y.arrow"), "wb") as sink,
        pa.ipc.new_stream(sink, pa.schema({"y": pa.int64()})) as to,
    ):
        to.write_batch(pa.record_batch({"y": list(range(5000))}))
    torch.save(torch.arange(5000), tmp_path / "y.pt")
    for path in list(tmp_path.iterdir()):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert path.name in refused(path)


@pytest.mark.parametrize("suffix", [".parquet", ".npy", ".npz", ".pt", ".safetensors", ".arrow", ".jsonl", ".csv"])
def test_noise_is_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"y{suffix}"
    path.write_bytes(bytes(np.random.default_rng(1).integers(0, 256, 500, dtype=np.uint8)))
    assert path.name in refused(path)


class Payload:
    """Runs a command when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_files_with_code_in_them_are_not_run(tmp_path: Path) -> None:
    trap = tmp_path / "trapped"
    np.save(tmp_path / "y.npy", np.array([Payload(trap)], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "y.npz", y=np.array([Payload(trap)], dtype=object))
    torch.save({"y": Payload(trap)}, tmp_path / "y.pt")
    for name in ("y.npy", "y.npz", "y.pt"):
        assert "it is not opened" in refused(tmp_path / name)
    assert not trap.exists()


def test_an_archive_that_would_fill_the_memory_is_not_unpacked(tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<i8", "fortran_order": False, "shape": (2**24,)})
    with zipfile.ZipFile(tmp_path / "y.npz", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("y.npy", "w") as file:
        file.write(header.getvalue())
        for _ in range(2**24 * 8 >> 24):
            file.write(bytes(1 << 24))
    assert "would fill the memory" in refused(tmp_path / "y.npz")


def test_a_million_classes_are_no_classes(tmp_path: Path) -> None:
    made = "SELECT range % 1000000 AS y, 'n' || range % 1000000 AS name FROM range(2000000)"
    duckdb.execute(f"COPY ({made}) TO '{tmp_path}/y.parquet'")
    for column, kind in (("y", "class-index"), ("name", "class-name")):
        said = refused(tmp_path / "y.parquet", column, kind=kind)
        assert "too many for classes (at most 20,000)" in said
        assert profile(Source(str(tmp_path / "y.parquet"), (column,))).kind != kind


def test_nan_counts_as_missing_and_infinity_is_pointed_out(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=30_000)
    values[:5], values[5:12] = np.nan, np.inf
    np.save(tmp_path / "few.npy", values[:1000])
    np.save(tmp_path / "many.npy", values)
    (tmp_path / "y.csv").write_text("y\n" + "\n".join(map(str, values)))
    for name in ("few.npy", "many.npy", "y.csv"):
        seen = profile(Source(str(tmp_path / name)))
        assert (seen.kind, seen.missing, seen.numbers["infinite"]) == ("real", 5, 7)
        assert "7 rows are infinite in float32" in " ".join(seen.findings)
        assert np.isfinite(seen.numbers["maximum"])
    np.save(tmp_path / "none.npy", np.full(50, np.nan))
    assert "no values" in refused(tmp_path / "none.npy")


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "y.csv"
    path.write_text("y\n1\n")
    with pytest.raises(UserError, match="changed while it was read"), unchanged((path,)):
        path.write_text("y\n1\n2\n")
    with pytest.raises(UserError, match="changed while it was read"), unchanged((path,)):
        path.unlink()


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "y.csv"
    path.write_text("y\n1\n2\n")
    path.chmod(0)
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser may read all
    assert "no permission" in refused(path)
    assert "chmod u+r" in refused(path)


def test_a_place_without_labels_is_told(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "y.csv")
    (tmp_path / "labels.csv").write_text("y\n1\n")
    assert "did you mean" in refused(tmp_path / "lables.csv")
    assert "no file has a name like this" in refused(tmp_path / "*.parquet")
    (tmp_path / "empty").mkdir()
    assert "no file of labels" in refused(tmp_path / "empty")
    (tmp_path / "y.parquet").write_text("")
    assert "several formats" in refused(tmp_path)


def test_files_with_other_columns_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("y,z\n1,2\n2,3\n")
    (tmp_path / "b.csv").write_text("z,y\n1,2\n2,3\n")
    assert "other columns than a.csv" in refused(tmp_path, "y")


def test_arrays_that_are_no_labels_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "empty.npy", np.zeros((0, 3)))
    np.save(tmp_path / "complex.npy", np.zeros(9, complex))
    np.savez(tmp_path / "two.npz", a=np.zeros(9), b=np.zeros(9))
    torch.save({"epoch": 3}, tmp_path / "none.pt")
    assert "is empty: shape (0, 3)" in refused(tmp_path / "empty.npy")
    assert "holds complex128" in refused(tmp_path / "complex.npy")
    assert "which column" in refused(tmp_path / "two.npz")
    assert "no tensor" in refused(tmp_path / "none.pt")


def test_a_kind_that_the_values_rule_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "y.csv").write_text("y\n" + "-2\n0\n3\n" * 9)
    (tmp_path / "t.csv").write_text("y\na\nb\nc\na\n")
    assert "did you mean 'count'?" in refused(tmp_path / "y.csv", kind="counts")
    assert "can't be 'binary': it has 3 different values" in refused(tmp_path / "y.csv", kind="binary")
    assert "its smallest value is -2" in refused(tmp_path / "y.csv", kind="positive")
    assert "its values are text" in refused(tmp_path / "t.csv", kind="real")
    assert "its values are numbers" in refused(tmp_path / "y.csv", kind="mask")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE things (y INTEGER)")
        base.executemany("INSERT INTO things VALUES (?)", [(row % 3,) for row in range(9000)])
    base.close()
    return path


def test_a_table_that_is_not_there_is_told(database: Path) -> None:
    url = f"sqlite://{database}"
    assert "did you mean 'things'?" in refused("", connect=url, table="thing")
    assert "name it: --table NAME" in refused("", connect=url)
    assert "unknown column" in refused("", "z", connect=url, table="things")
    with pytest.raises(UserError, match="no such file"):
        profile(Source("", connect=f"duckdb://{database.parent}/none.duckdb", table="t"))


def test_a_connection_that_is_lost_is_told(database: Path) -> None:
    with ibis_table(f"sqlite://{database}", "things") as table:
        database.write_bytes(bytes(8192))
        with pytest.raises(UserError, match="can't ask the database"):
            table.ask("SELECT count(*) AS n FROM things")


@pytest.mark.parametrize(
    "url", ["postgres://me:pw@127.0.0.1:1/a", "nonsense://a", "nonsense", "sqlite:///no/folder/a.db"]
)
def test_a_database_that_is_not_reached_is_told(url: str) -> None:
    said = refused("", connect=url, table="t")
    assert "can't ask the database" in said
    assert "pw" not in said


def test_standard_input_without_labels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert "standard input is empty" in refused("-")
