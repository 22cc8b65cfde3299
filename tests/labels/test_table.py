"""Tables and arrays of every format come to the same profile."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pytest
import torch
from safetensors.numpy import save_file

from lossadvisor.errors import UserError
from lossadvisor.labels.layouts.table import profile
from lossadvisor.labels.profile import Source, without_password
from lossadvisor.labels.records import LabelProfile

LABELS = np.random.default_rng(5).integers(0, 4, 1000)
TABLE = pa.table({"id": np.arange(1000), "label": LABELS, "note": [f"text {row % 7}" for row in range(1000)]})


def told(path: Path | str, *columns: str, kind: str = "") -> LabelProfile:
    return profile(Source(str(path), columns, kind))


def csv(path: Path, delimiter: str = ",") -> None:
    rows = zip(*TABLE.to_pydict().values(), strict=True)
    lines = [TABLE.column_names, *([str(value) for value in row] for row in rows)]
    path.write_text("\n".join(delimiter.join(line) for line in lines) + "\n", encoding="utf-8")


def gzipped(path: Path) -> None:
    csv(path)
    path.write_bytes(gzip.compress(path.read_bytes()))


def stream(path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=100)


WRITERS: dict[str, Callable[[Path], object]] = {
    "labels.csv": csv,
    "labels.csv.gz": gzipped,
    "labels.tsv": lambda path: csv(path, "\t"),
    "semicolons.csv": lambda path: csv(path, ";"),
    "bars.txt": lambda path: csv(path, "|"),
    "labels.parquet": lambda path: pa.parquet.write_table(TABLE, path),
    "labels.jsonl": lambda path: path.write_text("\n".join(map(json.dumps, TABLE.to_pylist()))),
    "labels.json": lambda path: path.write_text(json.dumps(TABLE.to_pylist())),
    "labels.feather": lambda path: pa.feather.write_feather(TABLE, str(path)),
    "labels.arrow": stream,
    "noname": lambda path: pa.parquet.write_table(TABLE, path),
    "it's [1]*.csv": csv,
    "labels.npy": lambda path: np.save(path, LABELS),
    "columns.npy": lambda path: np.save(path, LABELS.reshape(-1, 1).astype(">i4")),
    "labels.npz": lambda path: np.savez(path, label=LABELS, image=np.zeros((3, 3))),
    "labels.pt": lambda path: torch.save({"label": torch.tensor(LABELS)}, path),
    "labels.safetensors": lambda path: save_file({"label": LABELS}, path),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_of_each_format_is_read(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)
    seen = told(tmp_path / name)
    assert seen.kind == "class-index"
    assert [each.samples for each in seen.classes] == np.bincount(LABELS).tolist()
    assert (seen.rows, seen.missing) == (1000, 0)


def test_a_glob_and_a_folder_are_read_as_one(tmp_path: Path) -> None:
    for part in range(3):
        pa.parquet.write_table(TABLE.slice(part * 300, 300), tmp_path / f"part-{part}.parquet")
    (tmp_path / "readme.md").write_text("nothing")
    assert told(tmp_path).rows == told(tmp_path / "part-*.parquet").rows == 900


def test_arrays_of_several_files_are_joined(tmp_path: Path) -> None:
    for part in range(3):
        np.savez(tmp_path / f"{part}.npz", y=LABELS[part::3])
    assert told(tmp_path).rows == 1000


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "label\n" + "".join(f"{value}\n" for value in LABELS)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    seen = told("-")
    assert (seen.source, seen.kind, seen.rows) == ("-", "class-index", 1000)


def test_a_file_without_a_header_has_no_row_too_few(tmp_path: Path) -> None:
    (tmp_path / "y.csv").write_text("".join("cat\n" if row % 3 else "dog\n" for row in range(90)))
    seen = told(tmp_path / "y.csv")
    assert (seen.columns, seen.rows, seen.kind) == (("column0",), 90, "binary")


def test_quotes_line_breaks_and_a_mark_of_order_are_read(tmp_path: Path) -> None:
    rows = '"a, or\nb",1\n"c ""d""",2\n' * 30
    (tmp_path / "y.csv").write_text("\ufefflabel,n\n" + rows, encoding="utf-8")
    seen = told(tmp_path / "y.csv")
    assert [each.value for each in seen.classes] == ["a, or\nb", 'c "d"']


def test_a_saved_data_set_tells_the_names_of_its_classes(tmp_path: Path) -> None:
    folder = tmp_path / "train"
    folder.mkdir()
    stream(folder / "data-00000-of-00001.arrow")
    (tmp_path / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    names = ["ant", "bee", "cat", "dog", "eel"]
    (folder / "dataset_info.json").write_text(json.dumps({"features": {"label": {"names": names}}}))
    (folder / "state.json").write_text('{"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}')
    seen = told(tmp_path)
    assert (seen.kind, seen.question, seen.numbers["names"]) == ("class-index", "", names)
    assert seen.classes[-1] == (4, 0)
    assert "1 of 5 classes never occur" in seen.findings[0]


def test_the_kind_that_the_user_gives_settles_it(tmp_path: Path) -> None:
    (tmp_path / "y.csv").write_text("stars\n" + "1\n2\n3\n4\n5\n" * 30)
    assert told(tmp_path / "y.csv").question
    for kind in ("ordinal", "class-index", "count", "real"):
        seen = told(tmp_path / "y.csv", kind=kind)
        assert (seen.kind, seen.confidence, seen.question, seen.rival) == (kind, 1.0, "", "")


def test_many_values_are_measured_like_all_values(tmp_path: Path) -> None:
    values = np.random.default_rng(1).lognormal(3, 1, 60_000)
    pa.parquet.write_table(pa.table({"price": values}), tmp_path / "y.parquet")
    (tmp_path / "y.csv").write_text("price\n" + "".join(f"{value!r}\n" for value in values.tolist()) + "NA\n")
    for name in ("y.parquet", "y.csv"):
        seen = told(tmp_path / name)
        assert seen.kind == "positive"
        assert seen.missing == (name == "y.csv")
        assert seen.numbers["minimum"] == pytest.approx(values.min())
        assert seen.numbers["maximum"] == pytest.approx(values.max())
        assert seen.numbers["mean"] == pytest.approx(values.mean())
        assert seen.numbers["std"] == pytest.approx(values.std(), rel=1e-3)
        for share, cut in seen.numbers["quantiles"].items():
            assert cut == pytest.approx(np.quantile(values, float(share)), rel=0.02)


def test_labels_sorted_by_class_are_counted_to_the_end(tmp_path: Path) -> None:
    np.save(tmp_path / "y.npy", np.repeat(np.arange(5), 15_000))
    assert [each.samples for each in told(tmp_path / "y.npy").classes] == [15_000] * 5


@pytest.mark.parametrize("name", ['a"b', "it's", "{x}", "a; DROP TABLE t", "größe", "%s", "a.b", "select", "?"])
def test_a_column_may_have_any_name(name: str, tmp_path: Path) -> None:
    rows = [{name: int(value), "second": int(value) % 2} for value in LABELS[:300]]
    pa.parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "y.parquet")
    pa.csv.write_csv(pa.Table.from_pylist(rows), tmp_path / "y.csv")
    for file in ("y.parquet", "y.csv"):
        assert told(tmp_path / file, name).rows == told(tmp_path / file, name, "second").rows == 300


@pytest.mark.parametrize("name", ["labels.csv", "labels.parquet", "labels.jsonl"])
def test_a_table_is_read_without_anything_large(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)
    told = (
        "import sys; from lossadvisor.labels.layouts.table import profile; "
        "from lossadvisor.labels.profile import Source; profile(Source(sys.argv[1])); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", told, str(tmp_path / name)], capture_output=True, text=True, check=True
    )
    assert not {"ibis", "numpy", "pandas", "pyarrow", "rich", "torch"} & set(done.stdout.split())


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The URL of each, and the same table in a file."""
    folder = tmp_path_factory.mktemp("databases")
    table = TABLE.append_column("x", pa.array(np.arange(1000) ** 0.5))
    pa.parquet.write_table(table, folder / "a.parquet")
    with sqlite3.connect(folder / "a.sqlite") as lite:
        lite.execute("CREATE TABLE t (id INTEGER, label INTEGER, note TEXT, x REAL)")
        lite.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", zip(*table.to_pydict().values(), strict=True))
    lite.close()
    with duckdb.connect(str(folder / "a.duckdb")) as duck:
        duck.execute("CREATE TABLE t AS SELECT * FROM read_parquet(?)", [str(folder / "a.parquet")])
    urls = {name: f"{name}://{folder}/a.{name}" for name in ("sqlite", "duckdb")}
    return {**urls, "file": str(folder / "a.parquet")}


@pytest.mark.parametrize("name", ["sqlite", "duckdb"])
@pytest.mark.parametrize("columns", [("label",), ("id",), ("x",), ("note",), ("label", "x")])
def test_a_database_tells_what_a_file_tells(
    databases: dict[str, str], name: str, columns: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lossadvisor.labels.tables.counting.LOOK", 100)  # so that all is counted by the database
    monkeypatch.setattr("lossadvisor.labels.tables.counting.FEW", 20)
    here = profile(Source("", columns, connect=databases[name], table="t"))
    file = profile(Source(databases["file"], columns))
    for field in ("kind", "confidence", "rival", "classes", "rows", "missing"):
        assert getattr(here, field) == getattr(file, field), field
    for number, value in file.numbers.items():
        if isinstance(value, float) and number != "distinct":
            assert here.numbers[number] == pytest.approx(value, abs=1e-9), number


def test_a_password_is_not_shown() -> None:
    with pytest.raises(UserError) as caught:
        profile(Source("", connect="postgres://me:secret@127.0.0.1:1/base", table="t"))
    assert "secret" not in f"{caught.value.message} {caught.value.place} {caught.value.hint}"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("postgres://me:secret@host:1/base", "postgres://me@host:1/base"),
        ("postgres://me:se@cr:et@host/base", "postgres://me@host/base"),
        ("mysql://host/base?user=me&password=secret&ssl=1", "mysql://host/base?user=me&password=&ssl=1"),
        ("sqlite:///a/b.db", "sqlite:///a/b.db"),
        ("", ""),
    ],
)
def test_what_is_printed_leaves_the_password_out(url: str, plain: str) -> None:
    assert without_password(url) == plain
