"""COCO's JSON: images, categories and annotations with boxes, outlines, key points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lossadvisor.errors import UserError
from lossadvisor.labels.formats.boxes import NAMES, Shape, areas, crowding, shape
from lossadvisor.labels.formats.cocofile import HINT, Sums, counted, in_order, is_coco, read, sides
from lossadvisor.labels.formats.places import LOOKED_AT, TRAIN, files, holds, local, split, survey
from lossadvisor.labels.frequency import imbalance, rare, several
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import LabelProfile, Storage
from lossadvisor.labels.tables.paths import unchanged


def recognises(source: Source) -> bool:
    """Whether this is such a file, or a folder with one."""
    path = local(source)
    if path is None or source.kind not in ("", "boxes"):
        return False
    return bool(candidates(path)) if path.is_dir() else is_coco(path)


def candidates(root: Path) -> list[Path]:
    """The files of this kind in a folder and the folders in it."""
    folders = [parts for parts, suffixes in survey(root).items() if holds(suffixes, [".json"])]
    found = [path for parts in folders for path in files(root.joinpath(*parts), [".json"])[:LOOKED_AT]]
    return [path for path in found if is_coco(path)]


def profile(source: Source) -> LabelProfile:
    """The classes and boxes of a file; of a folder, those of the training part.

    Raises:
        UserError: it is broken, holds predictions, or has no objects.
    """
    path, others = chosen(Path(source.path))
    with unchanged((path,)):
        sums = read(path)
    if not sums.boxes.image:
        return without_boxes(source, path, sums)
    width, height = sides(sums)
    found = shape(sums.boxes, width, height, expected="xywh")
    classes = counted(sums)
    question = f"Are boxes {NAMES[found.format]}, or {NAMES['xywh']} as COCO prescribes?" if found.rival else ""
    numbers = {**imbalance(classes), **found.numbers, **numbers_of(sums, found)}
    return LabelProfile(
        source=source.path,
        columns=(),
        storage=Storage("coco", "float64", (len(sums.boxes.image), 4)),
        kind="boxes",
        confidence=found.confidence,
        evidence=(*evidence(sums, found), *aside(others)),
        rival="boxes" if found.rival else "",
        question=question,
        rows=len(sums.images),
        classes=classes,
        numbers=numbers,
        findings=(*findings(sums), *found.findings, *rare(classes, "boxes")),
    )


def chosen(root: Path) -> tuple[Path, list[Path]]:
    """The file to read and those that are left aside: objects before captions, the training part before others.

    Raises:
        UserError: several files are as good.
    """
    if root.is_file():
        return root, []
    found = candidates(root)
    best = found
    for wanted in (in_training, of_objects):
        best = [path for path in best if wanted(path.relative_to(root))] or best
    if len(best) > 1:
        names = several([str(path.relative_to(root)) for path in best])
        raise UserError(
            f"there are {len(best)} annotation files: {names}", place=str(root), hint=f"name one: {best[0]}"
        )
    return best[0], [path for path in found if path != best[0]]


def in_training(path: Path) -> bool:
    return split(path.parts).startswith(TRAIN) or bool(re.search(r"(?:^|[_\W])train", path.stem))


def of_objects(path: Path) -> bool:
    return path.stem.startswith("instances") or path.name == "_annotations.coco.json"


def aside(others: Sequence[Path]) -> list[str]:
    names = several([path.name for path in others])
    return [f"{len(others):,} other annotation files were left out: {names}"] if others else []


def numbers_of(sums: Sums, found: Shape) -> dict[str, Any]:
    ids = in_order({**sums.categories, **dict.fromkeys(sums.labels, "")})
    seen = sums.seen
    numbers = {
        **crowding(sums.boxes, max(len(sums.images), len(sums.ids))),
        "normalised": max(sums.boxes.coordinates) <= 1 and min(sums.boxes.coordinates) >= 0,
        "masks": seen["rle"] + seen["polygons"],
        "keypoints": seen["keypoints"],
        "crowds": seen["crowds"],
        "areas": areas(sums.boxes, found.format),
    }
    points = max((count for count, objects in sums.points.items() if objects), default=0)
    return {
        **numbers,
        **({"points": points} if points else {}),
        **({"category_ids": ids} if ids != list(range(len(ids))) else {}),
    }


def evidence(sums: Sums, found: Shape) -> list[str]:
    objects, seen = len(sums.boxes.image), sums.seen
    told = [
        f"{seen['annotations']:,} annotations of {len(sums.images):,} images in COCO's format",
        f"{found.numbers['fits'][found.format]:.1%} of the boxes lie in their image, read as {NAMES[found.format]}",
    ]
    if seen["rle"] + seen["polygons"]:
        said = f"{seen['polygons']:,} as polygons and {seen['rle']:,} as runs of pixels"
        told.append(
            f"{seen['rle'] + seen['polygons']:,} of {objects:,} objects have outlines, {said}: masks can be learned"
        )
    if seen["keypoints"]:
        told.append(f"{seen['keypoints']:,} of {objects:,} objects have key points that are labelled")
    return told


def findings(sums: Sums) -> list[str]:
    """Ids that lead nowhere or have gaps, crowds, and images without objects."""
    seen, told = sums.seen, [gaps(in_order(sums.categories))]
    strangers = len(set(sums.ids) - set(sums.images))
    unnamed = [str(each) for each in sums.labels if each not in sums.categories]
    backgrounds = len(set(sums.images) - set(sums.ids))
    if seen["crowds"]:
        told.append(f"{seen['crowds']:,} crowd regions (iscrowd) are left out: they are no single objects")
    if backgrounds:
        told.append(f"{backgrounds:,} of {len(sums.images):,} images have no objects: negatives, if they were labelled")
    if seen["boxless"]:
        told.append(f"{seen['boxless']:,} annotations have no box, and are left out")
    if strangers:
        told.append(f"annotations name {strangers:,} images that the file doesn't list")
    if unnamed:
        told.append(f"annotations name categories that the file doesn't list: {several(unnamed)}")
    if seen["twice"]:
        told.append(f"{seen['twice']:,} images have an id that another one has")
    return list(filter(None, told))


def gaps(ids: Sequence[Any]) -> str:
    """A sentence on category ids that can't be class numbers, "" where they can."""
    if list(ids) == list(range(len(ids))) or not ids:
        return ""
    ends = f"category ids go from {ids[0]} to {ids[-1]}"
    return f"{ends} for {len(ids)} classes: in the program they are 0 to {len(ids) - 1}"


def without_boxes(source: Source, path: Path, sums: Sums) -> LabelProfile:
    """Captions, which are no boxes but text.

    Raises:
        UserError: there is nothing to learn from, or it lies elsewhere.
    """
    seen = sums.seen
    if seen["panoptic"]:
        hint = "the masks are the PNG images beside it: name their folder"
        raise UserError("these are panoptic annotations: the pixels are in images", place=str(path), hint=hint)
    if not seen["captions"]:
        said = f"none of its {seen['annotations']:,} annotations has a box" if seen["annotations"] else "no annotations"
        raise UserError(f"there are no objects in it: {said}", place=str(path), hint=HINT)
    told = f"{seen['captions']:,} captions of {len(sums.images):,} images in COCO's format"
    storage = Storage("coco", "string", (seen["captions"],))
    return LabelProfile(source.path, (), storage, "text", 0.97, (told,), rows=seen["captions"])
