"""A data set in YOLO's format: label files, images beside them, and the YAML file that names the classes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from lossadvisor.errors import UserError
from lossadvisor.labels.formats.places import (
    IMAGES,
    Parts,
    entries,
    files,
    globbed,
    holds,
    local,
    suffix,
    survey,
    text_of,
    trained_on,
)
from lossadvisor.labels.formats.yololines import BIGGEST, first_lines, object_of
from lossadvisor.labels.profile import Source

NO_LABELS = ("classes.txt", "labels.txt", "obj.names", "train.txt", "val.txt", "test.txt", "requirements.txt")
DESCRIPTIONS = ("data.yaml", "dataset.yaml", "data.yml", "dataset.yml")
LARGEST = 2  # of a coordinate that is a share of the image, however wrong
PEEKED = 20  # label files that are looked into


class DataSet(NamedTuple):
    """Label files of the training part.

    Args:
        names: of the classes, by number; () where nothing names them.
        described_by: the file that does.
        points: the number of key points and of numbers for each, (0, 0) where the description has none.
        others: folders of other parts.
        unlabelled: images without a label file.
        orphans: label files without an image; 0 where there are no images at all.
    """

    files: list[Path]
    names: tuple[str, ...] = ()
    described_by: str = ""
    points: tuple[int, int] = (0, 0)
    others: tuple[Parts, ...] = ()
    unlabelled: int = 0
    orphans: int = 0


def data_set(source: Source) -> DataSet:
    """The data set that a path means.

    Raises:
        UserError: the description is no YAML, or there are no label files where it stands.
    """
    path = local(source)
    if path is None or (path.is_file() and suffix(path.name) == ".txt"):
        return DataSet([path] if path else globbed(source))
    description = path if path.is_file() else description_of(path)
    said = described(description) if description else None
    root = rooted(description, said) if path.is_file() and description and said else path
    folders, others = trained_on(labels_below(root))
    if not folders:
        hint = "name the folder that holds them: .../labels"
        raise UserError(f"there are no label files below {root}", place=str(path), hint=hint)
    labels = [each for parts in folders for each in files(root.joinpath(*parts), [".txt"]) if is_label(each.name)]
    unlabelled, orphans = compared(root, folders)
    names, points = (names_of(said, str(description)), points_of(said)) if said else ((), (0, 0))
    described_by = description.name if description and said else ""
    return DataSet(labels, names or listed(path), described_by, points, tuple(others), unlabelled, orphans)


def is_label(name: str) -> bool:
    return suffix(name) == ".txt" and name.lower() not in NO_LABELS and not name.lower().startswith("readme")


def is_labels(paths: Sequence[Path], *, named: bool = False) -> bool:
    """Whether most of the first lines of text files are objects as YOLO writes them; empty files tell nothing.

    Args:
        named: their folder is called labels; without that, shares of the image are told from a table's numbers by size.
    """
    lines = [line for path in paths if is_label(path.name) for line in first_lines(path)]
    told = [found for line in lines if (found := object_of(line, len(line.split()) if len(line.split()) > 6 else 0))]
    sized = [found for found in told if named or max(found[1]) <= LARGEST]
    return bool(lines) and 2 * len(sized) > len(lines)


def labels_below(root: Path) -> list[Parts]:
    """The folders below `root` that hold label files, by their path from there."""
    found = [parts for parts, suffixes in survey(root).items() if holds(suffixes, [".txt"])]
    labelled = [parts for parts in found if "labels" in (root.name.lower(), *(part.lower() for part in parts))]
    named = bool(labelled)
    looked = {parts: sample(files(root.joinpath(*parts), [".txt"])) for parts in labelled or found}
    if not is_labels([path for paths in looked.values() for path in paths], named=named):
        return []
    empty = {parts for parts, paths in looked.items() if not any(map(first_lines, paths))}
    return [parts for parts, paths in looked.items() if parts in empty or is_labels(paths, named=named)]


def sample(paths: Sequence[Path]) -> Sequence[Path]:
    return paths[:: max(1, len(paths) // PEEKED)]


def description_of(root: Path) -> Path | None:
    """The YAML file in a folder or the one above."""
    places = [folder / name for folder in (root, root.parent) for name in DESCRIPTIONS]
    return next((path for path in places if path.is_file()), None)


def described(path: Path) -> dict[str, Any] | None:
    """What a YAML file says of a data set; None where it says nothing of classes.

    Raises:
        UserError: it can't be read, or is no YAML.
    """
    try:
        said = yaml.load(text_of(path), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise UserError(f"this is no YAML: {getattr(error, 'problem', error)}", place=place) from None
    return said if isinstance(said, dict) and "names" in said else None


def rooted(description: Path, said: dict[str, Any]) -> Path:
    """The folder of the data set: `path`, from where the description stands; that place itself where there is none."""
    told = description.parent / str(said.get("path") or ".")
    return told if told.is_dir() else description.parent


def names_of(said: dict[str, Any], place: str) -> tuple[str, ...]:
    """The names of the classes by number, from a list or a mapping; a number without a name is its own.

    Raises:
        UserError: they are neither.
    """
    names = said["names"]
    if isinstance(names, list):
        return tuple(map(str, names))
    if not isinstance(names, dict) or not all(isinstance(at, int) and 0 <= at < BIGGEST for at in names):
        raise UserError(
            "names is no list, and no mapping from class numbers", place=place, hint="names: {0: cat, 1: dog}"
        )
    return tuple(str(names.get(at, at)) for at in range(max(names, default=-1) + 1))


def listed(root: Path) -> tuple[str, ...]:
    """The names in a classes.txt, as labelling tools write it; () where there is none."""
    folder = root if root.is_dir() else root.parent
    found = next((path for each in (folder, folder.parent) if (path := each / "classes.txt").is_file()), None)
    return tuple(filter(None, map(str.strip, text_of(found).splitlines()))) if found else ()


def points_of(said: dict[str, Any]) -> tuple[int, int]:
    told = said.get("kpt_shape")
    if isinstance(told, list) and len(told) == 2 and all(isinstance(each, int) and each > 0 for each in told):
        return told[0], told[1]
    return 0, 0


def compared(root: Path, folders: Sequence[Parts]) -> tuple[int, int]:
    """How many images have no label file, and how many label files no image (where there are images)."""
    unlabelled = orphans = 0
    for parts in folders:
        labels = root.joinpath(*parts)
        images = imaged(labels)
        stems = {os.path.splitext(name)[0] for name in images}  # noqa: PTH122 - for names by the thousand
        if stems:
            labelled = {each.name[:-4] for each in entries(labels) if is_label(each.name)}
            unlabelled, orphans = unlabelled + len(stems - labelled), orphans + len(labelled - stems)
    return unlabelled, orphans


def imaged(labels: Path) -> list[str]:
    """The names of the images of a folder of labels: in `images` instead of `labels`, or right there."""
    parts = labels.absolute().parts
    at = next((at for at in reversed(range(len(parts))) if parts[at].lower() == "labels"), None)
    beside = Path(*parts[:at], "images", *parts[at + 1 :]) if at is not None else labels
    folder = beside if beside.is_dir() else labels
    return [each.name for each in entries(folder) if suffix(each.name) in IMAGES]
