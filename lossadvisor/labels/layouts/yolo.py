"""YOLO's labels: a text file per image, an object per line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lossadvisor.errors import UserError
from lossadvisor.labels.formats.boxes import NAMES, Shape, areas, crowding, shape
from lossadvisor.labels.formats.places import globbed, local, named
from lossadvisor.labels.formats.yolofiles import DataSet, data_set, described, is_labels, labels_below
from lossadvisor.labels.formats.yololines import Sums, read
from lossadvisor.labels.frequency import imbalance, rare, several
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import ClassCount, LabelProfile, Storage

SIDE = 640  # pixels that an image is resized to, as Ultralytics does by default: it makes areas of shares


def recognises(source: Source) -> bool:
    """Whether these are such files, a folder with some, or the YAML file that describes them."""
    if source.kind not in ("", "boxes"):
        return False
    path = local(source)
    if path is None:
        found = globbed(source)
        return bool(found) and is_labels(found[:20])
    if path.is_file():
        return described(path) is not None if path.suffix.lower() in (".yaml", ".yml") else is_labels([path])
    return bool(labels_below(path))


def profile(source: Source) -> LabelProfile:
    """The classes and boxes of the training part.

    Raises:
        UserError: there are no objects, or no line of them can be read.
    """
    data = data_set(source)
    sums = read(data.files, data.points)
    if not sums.boxes.image:
        raise UserError(
            f"there are no objects in {len(data.files):,} label files", place=source.path, hint=broken(sums)
        )
    found = shape(sums.boxes, scale(sums), scale(sums), expected="cxcywh")
    classes = counted(sums, data.names)
    images = len(data.files) + data.unlabelled
    crowds = crowding(sums.boxes, images)
    question = f"Are boxes {NAMES[found.format]}, or {NAMES['cxcywh']} as YOLO prescribes?" if found.rival else ""
    return LabelProfile(
        source=source.path,
        columns=(),
        storage=Storage("yolo", "float64", (len(sums.boxes.image), 4)),
        kind="boxes",
        confidence=found.confidence,
        evidence=tuple(evidence(data, sums, found)),
        rival="boxes" if found.rival else "",
        question=question,
        rows=images,
        classes=classes,
        numbers={**imbalance(classes), **found.numbers, **crowds, **numbers_of(sums, found)},
        findings=(*findings(data, sums, crowds["backgrounds"]), *found.findings, *rare(classes, "boxes")),
    )


def scale(sums: Sums) -> float:
    """The side of an image in the unit of the coordinates: 1, or unknown where they are pixels."""
    return 1.0 if sums.normalised else float("nan")


def broken(sums: Sums) -> str:
    where, reason = next(iter(sums.broken.items()), ("", ""))
    return f"{where}: {reason}" if where else "a line is: class cx cy w h, all but the class as shares of the image"


def counted(sums: Sums, names: Sequence[str]) -> tuple[ClassCount, ...]:
    """The classes by number; names stand for those that have one."""
    boxes = Counter(sums.boxes.category)
    last = max(*boxes, len(names) - 1)
    all_named = len(names) > last and len(set(names)) == len(names)
    values: Sequence[int | str] = names if all_named else range(last + 1)
    return tuple(ClassCount(value, boxes[at]) for at, value in enumerate(values))


def numbers_of(sums: Sums, found: Shape) -> dict[str, Any]:
    numbers = {
        "normalised": sums.normalised,
        "masks": sums.seen["polygons"],
        "keypoints": sums.seen["keypoints"],
        "areas": areas(sums.boxes, found.format, SIDE if sums.normalised else 1.0),
    }
    return {**numbers, "points": sums.points} if sums.points else numbers


def evidence(data: DataSet, sums: Sums, found: Shape) -> list[str]:
    objects = len(sums.boxes.image)
    fits = found.numbers["fits"][found.format]
    told = [
        f"{len(data.files):,} label files hold {objects:,} lines of a class number and coordinates",
        f"{fits:.1%} of the boxes lie in their image, read as {NAMES[found.format]}",
    ]
    if data.names:
        told.append(f"{len(data.names):,} names of classes in {data.described_by}")
    if sums.seen["polygons"]:
        said = f"{sums.seen['polygons']:,} of {objects:,} objects are polygons"
        told.append(f"{said}: instance segmentation is possible; the boxes are those around them")
    if sums.seen["keypoints"]:
        told.append(f"{sums.seen['keypoints']:,} of {objects:,} objects have {sums.points} key points")
    if data.others:
        told.append(f"counted in the training part alone, without {several([named(parts) for parts in data.others])}")
    return told


def findings(data: DataSet, sums: Sums, backgrounds: int) -> list[str]:
    """Lines that can't be used, classes without a name, and images without objects."""
    told = []
    if sums.broken:
        names = [f"{where} ({reason})" for where, reason in sums.broken.items()]
        told.append(f"{sums.seen['broken']:,} lines can't be read: {several(names)}")
    nameless = sorted({label for label in sums.boxes.category if label >= len(data.names)}) if data.names else []
    if nameless:
        told.append(f"class numbers without a name in {data.described_by}: {several([str(each) for each in nameless])}")
    if 0 < sums.seen["polygons"] < len(sums.boxes.image):
        told.append("boxes and polygons are mixed: Ultralytics then drops the polygons")
    if sums.seen["scores"]:
        told.append(f"{sums.seen['scores']:,} lines end in a sixth number: a confidence? Then these are predictions")
    if not sums.normalised:
        told.append("coordinates are above 1, pixels perhaps: divide them by the width and height of the image")
    if backgrounds:
        said = f"{backgrounds:,} of {len(data.files) + data.unlabelled:,} images have no objects"
        without = f", {data.unlabelled:,} of them no label file" if data.unlabelled else ""
        told.append(f"{said}{without}: negatives, if they were labelled")
    if data.orphans:
        told.append(f"{data.orphans:,} label files have no image")
    return told
