"""Which files labels are in: one, a glob, a folder of them, or standard input."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob, has_magic
from pathlib import Path

from lossadvisor.errors import UserError, nearest

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".npy": "npy",
    ".npz": "npz",
    ".pt": "pt",
    ".pth": "pt",
    ".safetensors": "safetensors",
}
"""What a file holds, by how its name ends; text may be compressed (.gz)."""

STARTS = {b"PAR1": "parquet", b"ARROW1": "arrow", b"\x93NUMPY": "npy", b"PK\x03\x04": "npz", b"{": "json", b"[": "json"}
"""What a file holds, by its first bytes, where its name does not tell."""


def find_files(path: str) -> tuple[Path, ...]:
    """All files that `path` means, sorted, each absolute and readable.

    Raises:
        UserError: there is none, or one can't be read, or is empty.
    """
    place = Path(path).expanduser()
    if place.is_dir():
        found = files_of(place)
    elif place.exists() or not has_magic(path):
        found = [place]
    else:
        found = sorted(Path(name) for name in glob(str(place), recursive=True) if Path(name).is_file())  # noqa: PTH207
        if not found:
            raise UserError("no file has a name like this", place=path, hint=f"look: ls {place.parent}")
    for file in found:
        check_readable(file)
    return tuple(file.resolve() for file in found)


def files_of(folder: Path) -> list[Path]:
    """The label files of a folder: all must be of one format."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and format_by_name(file))
    formats = sorted({format_by_name(file) for file in files})
    if len(formats) > 1:
        hint = f"name some of them, as in '{folder}/*{files[0].suffix}'"
        raise UserError(
            f"the folder holds files of several formats: {', '.join(formats)}", place=str(folder), hint=hint
        )
    if not files:
        raise UserError("no file of labels in this folder", place=str(folder), hint=f"known: {' '.join(FORMATS)}")
    return files


def check_readable(file: Path) -> None:
    place = str(file)
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        there = [each.name for each in file.parent.iterdir()] if file.parent.is_dir() else []
        guess = nearest(file.name, there)
        hint = f"did you mean {str(file.parent / guess)!r}?" if guess else f"look: ls {file.parent}"
        raise UserError("no such file", place=place, hint=hint) from None
    except (OSError, ValueError) as error:
        raise UserError(f"can't read the file: {getattr(error, 'strerror', None) or error}", place=place) from None
    if not os.access(file, os.R_OK):
        raise UserError("no permission to read the file", place=place, hint=f"chmod u+r {file}")
    if size == 0 and file.is_file():
        raise UserError("the file is empty", place=place)


def format_by_name(file: Path) -> str:
    """One of FORMATS by the name of the file, "" where it doesn't tell."""
    suffixes = [suffix.lower() for suffix in file.suffixes if suffix.lower() not in (".gz", ".zst")]
    return FORMATS.get(suffixes[-1], "") if suffixes else ""


def format_of(file: Path) -> str:
    """What a file holds, by its name or else its first bytes; text is taken as CSV."""
    by_name = format_by_name(file)
    if by_name:
        return by_name
    with file.open("rb") as stream:
        start = stream.read(8)
    return next((told for mark, told in STARTS.items() if start.startswith(mark)), "csv")


@contextmanager
def unchanged(files: tuple[Path, ...]) -> Iterator[None]:
    """While the block reads `files`, none may change.

    Raises:
        UserError: one did, so that what was read is neither the old content nor the new.
    """
    before = [stamp(file) for file in files]
    yield
    for file, old in zip(files, before, strict=True):
        if stamp(file) != old:
            raise UserError("the file changed while it was read", place=str(file), hint="try again when it is complete")


def stamp(file: Path) -> tuple[int, int] | None:
    try:
        told = file.stat()
    except OSError:
        return None
    return told.st_size, told.st_mtime_ns


@contextmanager
def standard_input() -> Iterator[Path]:
    """What comes in, as a file that is gone afterwards.

    Raises:
        UserError: nothing comes.
    """
    import shutil

    with tempfile.TemporaryDirectory(prefix="lossadvisor-") as folder:
        path = Path(folder, "stdin")
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        if not path.stat().st_size:
            raise UserError(
                "standard input is empty", place="-", hint="as in: cut -d, -f3 data.csv | lossadvisor inspect -"
            )
        yield path
