"""Arrow and Feather files, and data sets of Hugging Face that were saved to disk."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lossadvisor.errors import UserError, unknown
from lossadvisor.labels.needs import need
from lossadvisor.labels.tables.table import Table, connect, table_of

INFO, SPLITS = "dataset_info.json", "dataset_dict.json"
MAGIC = b"ARROW1"


def is_dataset(path: str) -> bool:
    """Whether it is a folder that `save_to_disk` wrote."""
    folder = Path(path).expanduser()
    return any((folder / name).is_file() for name in (INFO, SPLITS))


def dataset_files(path: str) -> tuple[tuple[Path, ...], Mapping[str, tuple[str, ...]]]:
    """The Arrow files of a saved data set, its training split where it has several, and the names of classes.

    Raises:
        UserError: it has no such split, or no files.
    """
    folder = Path(path).expanduser().resolve()
    if (folder / SPLITS).is_file():
        splits = read_json(folder / SPLITS).get("splits", [])
        if "train" not in splits:
            raise unknown("split", "train", [str(split) for split in splits], place=path)
        folder /= "train"
    listed = read_json(folder / "state.json").get("_data_files", []) if (folder / "state.json").is_file() else []
    named = [folder / Path(str(each.get("filename", ""))).name for each in listed]
    files = tuple(file for file in named or sorted(folder.glob("*.arrow")) if file.is_file())
    if not files:
        raise UserError("the data set has no Arrow files", place=path)
    return files, class_names(read_json(folder / INFO).get("features") or {})


def read_json(file: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"can't read it: {error}", place=str(file)) from None
    return told if isinstance(told, dict) else {}


def class_names(features: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """The names of the classes of each column that has some; in lists of class numbers too."""
    named = {}
    for column, feature in features.items():
        inner = feature.get("feature", feature) if isinstance(feature, dict) else {}
        names = inner.get("names") if isinstance(inner, dict) else None
        if isinstance(names, list):
            named[column] = tuple(str(name) for name in names)
    return named


class Stream:
    """Arrow files as one stream that can be read more than once."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream, from its beginning."""
        arrow = need("pyarrow")
        schema, _ = open_file(self.files[0])
        batches = (batch for file in self.files for batch in open_file(file)[1])
        return arrow.RecordBatchReader.from_batches(schema, batches).__arrow_c_stream__(requested_schema)


def open_file(file: Path) -> tuple[Any, Iterator[Any]]:
    """Schema and record batches of a file in either form of Arrow."""
    arrow, ipc = need("pyarrow"), need("pyarrow.ipc")
    try:
        mapped = arrow.memory_map(str(file))
        magic = mapped.read(len(MAGIC))
        mapped.seek(0)
        if magic == MAGIC:
            opened = ipc.open_file(mapped)
            return opened.schema, (opened.get_batch(place) for place in range(opened.num_record_batches))
        stream = ipc.open_stream(mapped)
    except (OSError, arrow.ArrowException) as error:
        raise UserError(f"can't read the Arrow file: {error}", place=str(file)) from None
    return stream.schema, iter(stream)


@contextmanager
def arrow_table(files: Sequence[Path], names: Mapping[str, tuple[str, ...]]) -> Iterator[Table]:
    """The table in Arrow files.

    Raises:
        UserError: they can't be read.
    """
    place = str(files[0]) if len(files) == 1 else str(files[0].parent)
    with tempfile.TemporaryDirectory(prefix="lossadvisor-") as spill:
        open_file(files[0])
        connection = connect(spill, ())
        connection.register("labels", Stream(files))
        yield table_of(connection, "arrow", place, "labels")._replace(names=names)
