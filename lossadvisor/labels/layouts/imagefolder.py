"""Trees with a folder for each class, as torchvision's ImageFolder reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from lossadvisor.labels.formats.images import pixels
from lossadvisor.labels.formats.places import (
    IMAGE_FOLDERS,
    IMAGES,
    TRAIN,
    Parts,
    entries,
    holds,
    is_split,
    local,
    split,
    suffix,
    survey,
    trained_on,
)
from lossadvisor.labels.frequency import imbalance, rare, several
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import ClassCount, LabelProfile, Storage

MEDIA = (*IMAGES, ".wav", ".flac", ".mp3", ".ogg", ".m4a", ".mp4", ".avi", ".mkv", ".mov", ".webm")
KINDS = ("", "class-name", "class-index", "binary", "ordinal")
SMALL, FLAT = 64, 32  # pixels of a side, and values, of what may be a mask
GRADES = range(3, 11)  # so many numbered classes may be grades


class Tree(NamedTuple):
    """Samples by class in the training part, their folders, classes of the other parts, samples outside of classes."""

    train: Counter[str]
    folders: list[Path]
    elsewhere: dict[str, set[str]]
    outside: int


def recognises(source: Source) -> bool:
    """Whether images (sounds, videos) lie in folders that are no parts of a data set: those are classes."""
    path = local(source)
    if path is None or not path.is_dir() or source.kind not in KINDS:
        return False
    folders = survey(path)
    return any(name and holds(folders[parts], MEDIA) for parts, name in classes_of(folders).items())


def classes_of(folders: Mapping[Parts, Counter[str]]) -> dict[Parts, str]:
    """The class that each folder belongs to, "" where it is a part of the data set, or holds all of it."""
    bare = {parts: tuple(part for part in parts if not is_wrapper(part)) for parts in folders}
    deep = [bare[parts] for parts, suffixes in folders.items() if bare[parts] and holds(suffixes, MEDIA)]
    around = 0
    while deep and len({parts[around] for parts in deep}) == 1 and all(len(parts) > around + 1 for parts in deep):
        around += 1
    return {parts: next(iter(rest[around:]), "") for parts, rest in bare.items()}


def is_wrapper(name: str) -> bool:
    return is_split(name) or name.lower() in IMAGE_FOLDERS


def profile(source: Source) -> LabelProfile:
    """The folders as classes, in the order in which torchvision numbers them.

    Raises:
        UserError: a folder can't be read.
    """
    root = Path(source.path)
    tree = counted(root)
    names = sorted(tree.train)
    classes = tuple(ClassCount(value, tree.train[name]) for name, value in zip(names, values(names), strict=True))
    kind, confidence, rival, question = judged(classes, tree.folders)
    total = tree.train.total()
    return LabelProfile(
        source=source.path,
        columns=(),
        storage=Storage("imagefolder", "folder", (total,)),
        kind=source.kind or kind,
        confidence=1.0 if source.kind else confidence,
        evidence=tuple(evidence(tree, names)),
        rival="" if source.kind else rival,
        question="" if source.kind else question,
        rows=total,
        classes=classes,
        numbers=imbalance(classes),
        findings=(*findings(tree, names), *rare(classes, "samples")),
    )


def counted(root: Path) -> Tree:
    """All samples below `root` by class; only names are read."""
    folders = survey(root)
    classes = classes_of(folders)
    train, others = trained_on(folders)
    tree = Tree(Counter(), [root.joinpath(*parts) for parts in train if classes[parts]], {}, 0)
    for parts in train:
        if classes[parts]:
            tree.train[classes[parts]] += media(root.joinpath(*parts))
    for parts in others:
        if split(parts) and holds(folders[parts], MEDIA):
            tree.elsewhere.setdefault(split(parts), set()).update(filter(None, [classes[parts]]))
    loose = [parts for parts in folders if not classes[parts] and (not parts or split(parts).startswith(TRAIN))]
    return tree._replace(outside=sum(media(root.joinpath(*parts)) for parts in loose))


def media(folder: Path) -> int:
    return sum(suffix(each.name) in MEDIA for each in entries(folder))


def values(names: Sequence[str]) -> Sequence[int | str]:
    """The classes as numbers, if numbers sort as the names do; else the names."""
    if not all(name.isascii() and name.isdigit() for name in names):
        return list(names)
    numbers = [int(name) for name in names]
    return numbers if numbers == sorted(set(numbers)) else list(names)


def judged(classes: Sequence[ClassCount], folders: Sequence[Path]) -> tuple[str, float, str, str]:
    """The kind with its confidence, its rival and the question between them."""
    numbered = all(isinstance(each.value, int) for each in classes)
    if len(classes) == 1:
        return "constant", 0.95, "", ""
    kind = "binary" if len(classes) == 2 else "class-index" if numbered else "class-name"
    if flat(folders[:4]):
        return kind, 0.7, "mask", "Does a folder's name say the class of its images, or are the images masks?"
    if numbered and len(classes) in GRADES:
        first, last = classes[0].value, classes[-1].value
        return (
            kind,
            0.8,
            "ordinal",
            f"Are the folders {first} to {last} grades in an order, or bare numbers of classes?",
        )
    return kind, 0.97, "", ""


def flat(folders: Iterable[Path]) -> bool:
    """Whether the first PNG of each folder looks like a mask: not small, and of few values."""
    if find_spec("PIL") is None:
        return False
    for folder in folders:
        image = next((folder / each.name for each in entries(folder) if suffix(each.name) == ".png"), None)
        seen = pixels(image) if image else ""
        if isinstance(seen, str) or min(seen.size) < SMALL or not seen.values or not 1 < len(seen.values) <= FLAT:
            return False
    return True


def evidence(tree: Tree, names: Sequence[str]) -> list[str]:
    told = [f"{len(names):,} folders hold {tree.train.total():,} files of images or sounds, a class each"]
    if tree.elsewhere:
        told.append(f"counted in the training part alone, without {several(sorted(tree.elsewhere))}")
    return told


def findings(tree: Tree, names: Sequence[str]) -> list[str]:
    """Classes that are in one part only, files without a class, and numbers that sort as text."""
    told = []
    for part, there in tree.elsewhere.items():
        new, gone = sorted(there - set(names)), sorted(name for name in names if tree.train[name] and name not in there)
        if new:
            told.append(f"{part} has classes that the training part lacks: {several(new)}")
        if there and gone:
            told.append(f"{part} lacks {len(gone):,} classes of the training part: {several(gone)}")
    if tree.outside:
        told.append(f"{tree.outside:,} files lie outside of the folders of classes, and are left out")
    if all(name.isdigit() for name in names) and isinstance(values(names)[0], str):
        at = names.index(max(names, key=int))
        told.append(f"ImageFolder sorts folders as text: {names[at]!r} becomes class {at}")
    if not all(tree.train[name] for name in names):
        told.append("torchvision's ImageFolder refuses folders without images, unless allow_empty=True")
    return told
