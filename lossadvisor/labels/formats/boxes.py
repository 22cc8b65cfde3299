"""Boxes of many images: their format, sizes and flaws."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any, NamedTuple

from lossadvisor.labels.needs import need

NAMES = {
    "xyxy": "corners x1, y1, x2, y2",
    "xywh": "corner and size x, y, w, h",
    "cxcywh": "centre and size cx, cy, w, h",
}
ENOUGH = 0.95  # share of the boxes that must make sense in the format that is expected
SLACK = 0.005  # of an image's side: how far rounding puts a box over the edge
SMALL, LARGE = 32**2, 96**2  # COCO's limits of areas in pixels


class Boxes(NamedTuple):
    """Boxes as columns that grow; image and category are indices, the four coordinates follow each other."""

    image: array[int]
    category: array[int]
    coordinates: array[float]

    def add(self, image: int, category: int, box: list[float]) -> None:
        self.image.append(image)
        self.category.append(category)
        self.coordinates.extend(box)


class Shape(NamedTuple):
    """The format that fits best, with its confidence, the rival format, and what else was measured."""

    format: str
    confidence: float
    rival: str
    numbers: dict[str, Any]
    findings: tuple[str, ...]


def no_boxes() -> Boxes:
    return Boxes(array("l"), array("l"), array("d"))


def shape(boxes: Boxes, width: Any, height: Any, *, expected: str) -> Shape:
    """What the boxes look like.

    Args:
        width: of the image of each box, in the boxes' unit; NaN where it isn't known; or one number for all.
        height: the same.
        expected: the format that the layout prescribes.
    """
    numpy = need("numpy")
    with numpy.errstate(all="ignore"):  # coordinates may be infinite
        box = rows(boxes)
        finite = numpy.isfinite(box).all(axis=1)
        within = {name: inside(box, name, width, height) for name in NAMES}
        x1, y1, x2, y2 = corners(box, found := chosen(within, expected))
        flawed = ~((x2 > x1) & (y2 > y1))
        told = [
            said(flawed & finite, "boxes have no width or height: an overlap with them is undefined, leave them out"),
            said(~finite, "boxes have coordinates that are no numbers"),
            said(~flawed & ~within[found] & finite, "boxes reach beyond their image: clip them"),
            said(repeated(boxes, box), "boxes are there twice, with the same class in the same image"),
        ]
    fits = {name: share(which) for name, which in within.items()}
    confidence = 0.98 if fits[found] >= ENOUGH and found == expected else 0.8
    rival = expected if found != expected else ""
    return Shape(found, confidence, rival, {"format": found, "fits": fits}, tuple(filter(None, told)))


def chosen(within: Mapping[str, Any], expected: str) -> str:
    """The format in which most boxes lie in their images, if they don't in the one that is expected."""
    fits = {name: share(which) for name, which in within.items()}
    best = max(fits, key=lambda name: fits[name])
    return best if fits[expected] < ENOUGH <= fits[best] else expected


def rows(boxes: Boxes) -> Any:
    """The coordinates, four in a row."""
    numpy = need("numpy")
    return numpy.frombuffer(boxes.coordinates, dtype=numpy.float64).reshape(-1, 4)


def corners(box: Any, form: str) -> tuple[Any, Any, Any, Any]:
    """x1, y1, x2, y2 of boxes in a format."""
    a, b, c, d = box.T
    if form == "xyxy":
        return a, b, c, d
    if form == "xywh":
        return a, b, a + c, b + d
    return a - c / 2, b - d / 2, a + c / 2, b + d / 2


def inside(box: Any, form: str, width: Any, height: Any) -> Any:
    """Which boxes have a size and lie in their image, read in a format; an unknown size has room for all."""
    numpy = need("numpy")
    x1, y1, x2, y2 = corners(box, form)
    wide, high = numpy.nan_to_num(width, nan=numpy.inf), numpy.nan_to_num(height, nan=numpy.inf)
    across = (x1 >= -SLACK * wide) & (x2 <= (1 + SLACK) * wide)
    down = (y1 >= -SLACK * high) & (y2 <= (1 + SLACK) * high)
    return (x2 > x1) & (y2 > y1) & across & down


def repeated(boxes: Boxes, box: Any) -> Any:
    """Which boxes have been there before, with the same class in the same image."""
    numpy = need("numpy")
    columns = numpy.column_stack([boxes.image, boxes.category, box])
    # Equal rows have equal products with a random vector, others hardly ever: faster than to sort rows.
    products = columns @ numpy.random.default_rng(0).random(6)
    _, first = numpy.unique(products, return_index=True)
    again = numpy.ones(len(box), dtype=bool)
    again[first] = False
    return again


def said(which: Any, flaw: str) -> str:
    """A sentence on the boxes with a flaw, "" where none has it."""
    many = int(which.sum())
    return f"{many:,} of {len(which):,} {flaw}" if many else ""


def areas(boxes: Boxes, form: str, scale: float = 1.0) -> dict[str, int]:
    """How many boxes are small, medium and large in COCO's terms; `scale` pixels are one unit of the coordinates."""
    with need("numpy").errstate(all="ignore"):
        x1, y1, x2, y2 = corners(rows(boxes), form)
        area = (x2 - x1) * (y2 - y1) * scale**2
    small, large = int((area < SMALL).sum()), int((area >= LARGE).sum())
    return {"small": small, "medium": len(area) - small - large, "large": large}


def crowding(boxes: Boxes, images: int) -> dict[str, Any]:
    """`objects`, `backgrounds` (images without any) and `objects_per_image` (mean and most)."""
    numpy = need("numpy")
    per_image = numpy.bincount(numpy.asarray(boxes.image, dtype=numpy.int64), minlength=images)
    return {
        "objects": len(boxes.image),
        "backgrounds": int((per_image == 0).sum()),
        "objects_per_image": {"mean": float(per_image.mean()), "most": int(per_image.max())},
    }


def share(which: Any) -> float:
    return float(which.mean()) if len(which) else 0.0
