"""What a file in COCO's format holds, read an element at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.labels.formats.boxes import Boxes, no_boxes
from lossadvisor.labels.formats.jsonstream import members
from lossadvisor.labels.needs import need
from lossadvisor.labels.records import ClassCount

HEAD = 1 << 16  # characters in which the first key must stand
START = re.compile(r'\s*\{\s*"[^"]*"\s*:')
OURS = re.compile(r'"(?:annotations|categories|images)"\s*:\s*\[\s*[{\]]')
PREDICTIONS = re.compile(r'\s*\[\s*\{[^{}]*"image_id"\s*:')
HINT = "an annotation file of COCO has images, annotations and categories, as in instances_train2017.json"


class Sums(NamedTuple):
    """What is kept of a file: images and categories by id, boxes, and how often what else occurs."""

    images: dict[Any, tuple[float, float]]
    categories: dict[Any, str]
    boxes: Boxes
    ids: dict[Any, int]
    labels: dict[Any, int]
    seen: Counter[str]
    points: Counter[int]


def head(path: Path) -> str:
    """The beginning of a file, "" where it can't be read."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(HEAD)
    except OSError:
        return ""


def is_coco(path: Path) -> bool:
    """Whether the beginning of a file has a key of COCO's; predictions in its format count too."""
    if path.suffix.lower() != ".json":
        return False
    text = head(path)
    return bool((START.match(text) and OURS.search(text)) or PREDICTIONS.match(text))


def read(path: Path) -> Sums:
    """All of a file, an element at a time.

    Raises:
        UserError: it is broken, or an element lacks what it must have.
    """
    if PREDICTIONS.match(head(path)):
        raise UserError("these are predictions, not labels", place=str(path), hint=HINT)
    sums = Sums({}, {}, no_boxes(), {}, {}, Counter(), Counter())
    keep = {"images": image, "categories": category, "annotations": annotation}
    for key, element in members(path):
        if key in keep:
            at = sums.seen[key]
            sums.seen[key] += 1
            try:
                keep[key](sums, dict(element))
            except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
                lacks = f"has no {error}" if isinstance(error, KeyError) else f"is malformed: {error}"
                raise UserError(f"{key}[{at}] {lacks}", place=str(path), hint=HINT) from None
    if not sums.seen["annotations"] and not sums.seen["images"]:
        raise UserError("there are no images and no annotations in it", place=str(path), hint=HINT)
    return sums


def known(element: dict[str, Any], key: str) -> int | float | str:
    """An id, which is a number or a string.

    Raises:
        KeyError: there is none.
        TypeError: it is something else.
    """
    found = element[key]
    if not isinstance(found, (int, float, str)):
        raise TypeError(f"{key} is {found!r}")
    return found


def image(sums: Sums, element: dict[str, Any]) -> None:
    nan = float("nan")
    name = known(element, "id")
    sums.seen["twice"] += name in sums.images
    sums.images[name] = float(element.get("width") or nan), float(element.get("height") or nan)


def category(sums: Sums, element: dict[str, Any]) -> None:
    name = known(element, "id")
    sums.categories[name] = str(element.get("name", name))
    sums.points[len(element.get("keypoints") or ())] += 0


def annotation(sums: Sums, element: dict[str, Any]) -> None:
    """Keep the box of an annotation; count what else it has. Crowds are no single object."""
    seen = sums.seen
    if "segments_info" in element:
        seen["panoptic"] += 1
        return
    if "caption" in element and "bbox" not in element:
        seen["captions"] += 1
        return
    if element.get("iscrowd"):
        seen["crowds"] += 1
        return
    outline = element.get("segmentation")
    seen["rle"] += isinstance(outline, dict)
    seen["polygons"] += bool(outline) and isinstance(outline, list)
    points = element.get("keypoints") or ()
    if points:
        seen["keypoints"] += any(points[2::3])
        sums.points[len(points) // 3] += 1
    box = element.get("bbox")
    if not box:
        seen["boxless"] += 1
        return
    x, y, width, height = map(float, box)
    image_at = sums.ids.setdefault(known(element, "image_id"), len(sums.ids))
    label_at = sums.labels.setdefault(known(element, "category_id"), len(sums.labels))
    sums.boxes.add(image_at, label_at, [x, y, width, height])


def sides(sums: Sums) -> tuple[Any, Any]:
    """Width and height of each box's image; NaN where the file doesn't say."""
    numpy = need("numpy")
    unknown = (float("nan"), float("nan"))
    sizes = numpy.array([sums.images.get(each, unknown) for each in sums.ids], dtype=float)
    width, height = sizes[numpy.asarray(sums.boxes.image)].T
    return width, height


def counted(sums: Sums) -> tuple[ClassCount, ...]:
    """The categories in the order of their ids, by name; by id where names are there twice."""
    boxes = Counter(sums.boxes.category)
    ids = in_order({**sums.categories, **dict.fromkeys(sums.labels, "")})
    names = [sums.categories.get(each, str(each)) for each in ids]
    values = names if len(set(names)) == len(names) else [str(each) for each in ids]
    samples = [boxes[sums.labels[each]] if each in sums.labels else 0 for each in ids]
    return tuple(map(ClassCount, values, samples))


def in_order(ids: Iterable[Any]) -> list[Any]:
    return sorted(ids, key=lambda each: (isinstance(each, str), each))
