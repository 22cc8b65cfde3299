"""Masks: images whose pixels are classes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from lossadvisor.labels.formats.images import Tally, tallied
from lossadvisor.labels.formats.maskcodes import coded
from lossadvisor.labels.formats.places import (
    IMAGE_FOLDERS,
    IMAGES,
    Parts,
    files,
    globbed,
    holds,
    is_split,
    local,
    named,
    suffix,
    survey,
    trained_on,
)
from lossadvisor.labels.frequency import FEW, imbalance, rare, several
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import LabelProfile, Storage

MASK_FOLDERS = (
    "mask masks label labels labelmask annotation annotations annot gt gtfine gtcoarse groundtruth ground_truth "
    "segmentation segmentations segmentationclass segmentationclassaug seg semantic ann"
).split()
TABLES = (".csv", ".tsv", ".parquet", ".jsonl", ".json", ".arrow", ".feather", ".npy", ".npz", ".pt", ".safetensors")
LOSSY = (".jpg", ".jpeg", ".webp")
ENDINGS = ("_labelTrainIds", "_labelIds", "_mask", "_masks", "_label", "_gt", "_seg", "_segmentation", "_L")
"""Of several images per sample, those with the first of these endings are the masks."""
FEWEST = 0.1  # share of the images that masks have among those of other endings
TYPES = {"1": "bool", "I;16": "uint16", "I;16B": "uint16", "I;16L": "uint16", "I": "int32", "F": "float32"}


class Found(NamedTuple):
    """The masks to read, and what was left aside: folders of other splits, a sentence on other images."""

    paths: list[Path]
    others: list[Parts]
    told: str = ""


def recognises(source: Source) -> bool:
    """Whether these are images, and not sorted into folders by class."""
    if source.kind not in ("", "mask"):
        return False
    path = local(source)
    if path is None:
        return holds((suffix(each.name) for each in globbed(source)[:FEW]), IMAGES)
    return bool(mask_folders(path, asked=source.kind == "mask")) if path.is_dir() else suffix(path.name) in IMAGES


def mask_folders(root: Path, *, asked: bool) -> list[Parts]:
    """The folders below `root` that hold masks, by their path from there.

    Args:
        asked: the user says that the images are masks, whatever the folders are called.
    """
    folders = survey(root)
    images = [parts for parts, suffixes in folders.items() if holds(suffixes, IMAGES)]
    told = [parts for parts in images if any(part.lower() in MASK_FOLDERS for part in (root.name, *parts))]
    told = [parts for parts in told if not any(part.lower() in IMAGE_FOLDERS for part in parts)]
    # Without a folder of that name: images alone. A table beside them holds their labels, folders are their classes.
    alone = not any(holds(suffixes, TABLES) for suffixes in folders.values())
    alone &= all(is_split(part) or part.lower() in IMAGE_FOLDERS for parts in images for part in parts)
    return told or (images if alone or asked else [])


def profile(source: Source) -> LabelProfile:
    """The classes of the pixels.

    Raises:
        UserError: the images can't be read, or are no masks.
    """
    found = find(source)
    sums = tallied(found.paths)
    code = coded(sums, source.path)
    kind = source.kind or ("constant" if len(code.values) + (code.ignore is not None) < 2 else "mask")
    return LabelProfile(
        source=source.path,
        columns=(),
        storage=storage(sums),
        kind=kind,
        confidence=1.0 if source.kind and not code.question else code.confidence,
        evidence=(*evidence(found, sums), *code.evidence),
        rival="" if source.kind else code.rival,
        question=code.question,
        rows=len(found.paths),
        missing=len(sums.broken) + (sums.uniform[code.ignore] if code.ignore is not None else 0),
        classes=code.classes,
        ignore=code.ignore,
        numbers={**imbalance(code.classes), **code.numbers, **sizes(sums)},
        findings=(*findings(found, sums), *code.findings, *rare(code.classes, "pixels")),
    )


def find(source: Source) -> Found:
    """The masks of the training part, or all where there are no parts."""
    root = local(source)
    if root is None or root.is_file():
        return Found([root] if root else globbed(source), [])
    folders, others = trained_on(mask_folders(root, asked=source.kind == "mask"))
    paths = [path for parts in folders for path in files(root.joinpath(*parts), IMAGES)]
    chosen = masks_among(paths)
    told = f"{len(paths) - len(chosen):,} other images beside them were left out, as {paths_but(paths, chosen)}"
    return Found(chosen, others, told if len(chosen) < len(paths) else "")


def masks_among(paths: list[Path]) -> list[Path]:
    """Of images and masks side by side the masks: by the endings of their names, else those stored without loss."""
    for ending in ENDINGS:
        ended = [path for path in paths if path.stem.endswith(ending)]
        if len(ended) >= FEWEST * len(paths) > 0:
            return ended
    return [path for path in paths if suffix(path.name) not in LOSSY] or paths


def paths_but(paths: Iterable[Path], chosen: Iterable[Path]) -> str:
    kept = set(chosen)
    return next((path.name for path in paths if path not in kept), "")


def storage(sums: Tally) -> Storage:
    mode = sums.modes.most_common(1)[0][0]
    width, height = next(iter(sums.sizes)) if len(sums.sizes) == 1 else (None, None)
    channels = (3,) if mode not in TYPES and mode not in ("L", "P") else ()
    return Storage("masks", TYPES.get(mode, "uint8"), (sums.files, height, width, *channels))


def evidence(found: Found, sums: Tally) -> list[str]:
    modes = ", ".join(f"{count:,} of mode {mode}" for mode, count in sums.modes.most_common())
    told = [f"{sums.files:,} images: {modes}; {sums.values.total():,} pixels"]
    if found.others:
        told.append(f"counted in the training part alone, without {several([named(parts) for parts in found.others])}")
    return [*told, found.told] if found.told else told


def sizes(sums: Tally) -> dict[str, object]:
    widths, heights = [width for width, _ in sums.sizes], [height for _, height in sums.sizes]
    smallest, largest = [min(widths), min(heights)], [max(widths), max(heights)]
    return {"sizes": len(sums.sizes), "smallest_size": smallest, "largest_size": largest}


def findings(found: Found, sums: Tally) -> list[str]:
    """What speaks against training on these images as they are."""
    told = []
    if sums.broken:
        names = [f"{Path(name).name} ({reason})" for name, reason in sums.broken.items()]
        told.append(f"{len(names):,} images can't be read: {several(names)}")
    if sums.rich:
        names = [Path(name).name for name in sums.rich]
        told.append(f"{len(names):,} images have too many values for a mask, and were not counted: {several(names)}")
    if len(sums.sizes) > 1:
        told.append(
            f"the masks have {len(sums.sizes):,} sizes: crop them, or resize them with nearest neighbours, for batches"
        )
    if any(suffix(path.name) in LOSSY for path in found.paths):
        told.append("JPEG and the like blur class values: store masks as PNG")
    return told
