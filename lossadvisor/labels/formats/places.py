"""Where labels lie: folders, globs, and the part of them that a model is trained on."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from lossadvisor.errors import UserError
from lossadvisor.labels.profile import Source

Parts = tuple[str, ...]

TRAIN = ("train", "training", "trn")
SPLITS = (*TRAIN, "val", "valid", "validation", "dev", "test", "testing", "eval", "test-dev", "unlabeled")
IMAGE_FOLDERS = ("image", "images", "img", "imgs", "jpegimages", "leftimg8bit", "data")
SKIPPED = ("__macosx", "thumbs.db", "desktop.ini")
DEPTH = 5
LOOKED_AT = 50  # files of a folder, to tell what is in it
PLENTY = 5000  # files without a folder among them, after which none is looked for
IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")


def local(source: Source) -> Path | None:
    """The file or folder that is meant; None where it is a database, standard input, a glob or isn't there."""
    if source.connect or source.path in ("", "-"):
        return None
    path = Path(source.path)
    try:
        return path if path.exists() else None
    except (OSError, ValueError):
        return None


def globbed(source: Source) -> list[Path]:
    """The files that a glob means; [] where it is none, or is the name of a file."""
    if source.connect or not glob.has_magic(source.path) or local(source):
        return []
    found = (Path(name) for name in glob.iglob(source.path, recursive=True))  # noqa: PTH207 - from any root
    return sorted(path for path in found if path.is_file())


def entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What lies in a folder, in no order, hidden things left out.

    Raises:
        UserError: it can't be read.
    """
    try:
        with os.scandir(folder) as found:
            yield from (each for each in found if not each.name.startswith(".") and each.name.lower() not in SKIPPED)
    except OSError as error:
        raise UserError(f"can't read the folder: {error.strerror}", place=str(folder)) from None


def survey(root: Path) -> dict[Parts, Counter[str]]:
    """The suffixes of the first files in each folder below `root`, by the folder's path from there."""
    seen: dict[Parts, Counter[str]] = {}
    ahead: list[Parts] = [()]
    while ahead:
        parts = ahead.pop()
        suffixes = seen[parts] = Counter()
        folders = []
        for at, each in enumerate(entries(root.joinpath(*parts))):
            if each.is_dir():
                folders.append((*parts, each.name))
            elif at < LOOKED_AT:
                suffixes[suffix(each.name)] += 1
            elif at > PLENTY and not folders:
                break
        ahead += folders if len(parts) < DEPTH else []
    return dict(sorted(seen.items()))


def suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - for names by the thousand


def holds(suffixes: Iterable[str], wanted: Collection[str]) -> bool:
    return any(each in wanted for each in suffixes)


def files(folder: Path, wanted: Collection[str]) -> list[Path]:
    """The files right in a folder with one of these suffixes, by name."""
    return [folder / name for name in sorted(each.name for each in entries(folder) if suffix(each.name) in wanted)]


def split(parts: Parts) -> str:
    """The part of a data set (train, val, ...) that a folder belongs to, "" where its path doesn't say."""
    return next((part.lower() for part in parts if is_split(part)), "")


def is_split(name: str) -> bool:
    """Whether a folder is a part of a data set, as train, val2017 and test_set are."""
    bare = name.lower().rstrip("0123456789_-").removesuffix("_set").removesuffix("set").rstrip("_-")
    return name.lower() in SPLITS or bare in SPLITS


def trained_on(folders: Iterable[Parts]) -> tuple[list[Parts], list[Parts]]:
    """The folders of the training part, and the others; all of them where no folder is named after it."""
    folders = list(folders)
    train = [parts for parts in folders if split(parts).startswith(TRAIN)]
    others = [parts for parts in folders if not split(parts).startswith(TRAIN)]
    return (train, others) if train else (folders, [])


def named(parts: Parts) -> str:
    return "/".join(parts) or "."


def text_of(path: Path) -> str:
    """The text of a small file.

    Raises:
        UserError: it can't be read, or isn't UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        said = f"this isn't UTF-8 text: byte {error.object[error.start]:#04x} at {error.start}"
        raise UserError(said, place=str(path), hint=f"iconv -f latin1 -t utf-8 {path} > new") from None
    except OSError as error:
        raise UserError(f"can't read the file: {error.strerror}", place=str(path)) from None
