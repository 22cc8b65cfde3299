"""Lines of YOLO's labels: boxes, polygons or key points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.labels.formats.boxes import Boxes, no_boxes
from lossadvisor.labels.formats.places import text_of

BIGGEST = 100_000  # class numbers beyond that are no class numbers
BROKEN_KEPT = 8
LONGEST = 1 << 16  # characters of a line: a polygon of thousands of points
ALIKE = 20  # lines of one length after which points are more likely than polygons


class Sums(NamedTuple):
    """The objects of all files; `broken` tells what is wrong with the first lines that can't be read."""

    boxes: Boxes
    seen: Counter[str]
    broken: dict[str, str]
    normalised: bool = True
    points: int = 0


def read(paths: Sequence[Path], points: tuple[int, int]) -> Sums:
    """All objects, file by file; each polygon as the box around it.

    Args:
        points: the number of key points and of numbers for each; (0, 0) lets the lines tell.
    """
    count, width = points if points[0] else guessed(paths[:200])
    sums = Sums(no_boxes(), Counter(), {}, points=count)
    pose = 5 + count * width if count else 0
    for at, path in enumerate(paths):
        for line, text in lines(path, sums):
            found = object_of(text, pose)
            if isinstance(found, tuple):
                label, box, what = found
                sums.boxes.add(at, label, box)
                sums.seen[what] += 1
            else:
                note(sums, f"{path.name}:{line}", reason(text))
    large = sum(each > 2 for each in sums.boxes.coordinates)
    return sums._replace(normalised=4 * large < len(sums.boxes.coordinates))


def lines(path: Path, sums: Sums) -> Iterator[tuple[int, str]]:
    try:
        text = text_of(path)
    except UserError as error:
        note(sums, path.name, error.message)
        return
    yield from ((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())


def note(sums: Sums, place: str, reason: str) -> None:
    sums.seen["broken"] += 1
    if len(sums.broken) < BROKEN_KEPT:
        sums.broken[place] = reason


def object_of(line: str, pose: int = 0) -> tuple[int, list[float], str] | None:
    """Class, box and what it was made from: "boxes", "scores" (a sixth number), "polygons" or "keypoints".

    Args:
        pose: how many numbers a line with key points has, 0 where none has any.
    """
    try:
        first, *values = map(float, line.split())
    except ValueError:
        return None
    if not 0 <= first < BIGGEST or first != int(first):
        return None
    if len(values) == 4:
        return int(first), values, "boxes"
    if pose and len(values) + 1 == pose:
        return int(first), values[:4], "keypoints"
    if len(values) == 5:
        return int(first), values[:4], "scores"
    if len(values) >= 6 and len(values) % 2 == 0:
        return int(first), around(values), "polygons"
    return None


def around(polygon: list[float]) -> list[float]:
    """The box around a polygon, as centre and size."""
    xs, ys = polygon[::2], polygon[1::2]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top]


def reason(line: str) -> str:
    """Why a line is no object."""
    if "," in line:
        return "commas: numbers are separated by spaces"
    try:
        first, *values = map(float, line.split())
    except ValueError:
        return f"no numbers: {line.strip()[:40]!r}"
    if not 0 <= first < BIGGEST or first != int(first):
        return f"no class number: {first:g}"
    return f"{len(values) + 1} numbers: a box has 5, a polygon an odd number from 7 on"


def guessed(paths: Sequence[Path]) -> tuple[int, int]:
    """Key points and numbers for each where lines of one length look like them, (0, 0) where they don't."""
    told = [line.split() for path in paths for line in first_lines(path)]
    lengths = {len(line) for line in told if len(line) > 6}
    if len(lengths) != 1 or len(told) < ALIKE:
        return 0, 0
    length = lengths.pop()
    long = [list(map(float, line)) for line in told if len(line) == length and object_of(" ".join(line), length)]
    if long and (length - 5) % 3 == 0 and all(each in (0, 1, 2) for line in long for each in line[7::3]):
        return (length - 5) // 3, 3
    posed = sum(map(in_box, long))
    return ((length - 5) // 2, 2) if length > 9 and length % 2 and posed > 0.95 * len(long) else (0, 0)


def in_box(values: list[float]) -> bool:
    """Whether the points of a line lie in its box; points at 0, 0 aren't labelled."""
    x, y, width, height, *points = values[1:]
    pairs = [(a, b) for a, b in zip(points[::2], points[1::2], strict=True) if a or b]
    return all(abs(a - x) <= width / 2 + 0.01 and abs(b - y) <= height / 2 + 0.01 for a, b in pairs)


def first_lines(path: Path) -> list[str]:
    """The first lines that aren't blank, whole; [] where the file can't be read."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            found = [file.readline(LONGEST) for _ in range(3)]
    except OSError:
        return []
    return [line for line in found if line.strip() and len(line) < LONGEST]
