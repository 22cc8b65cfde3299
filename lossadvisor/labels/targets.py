"""In which format labels are stored, as the question `target` has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lossadvisor.labels.records import LabelProfile

Format = tuple[str, str]
"""A choice of `target`, and why."""

PADDING = -100
VOID = 255


def formats(profile: LabelProfile, kind: str) -> Iterator[Format]:
    """The choices of `target` that fit, the best first; what the task doesn't take is passed over."""
    fixed = {"one-hot": "one-hot", "multi-hot": "multi-hot", "probabilities": "probabilities", "triplets": "pairs"}
    if kind in fixed:
        yield fixed[kind], f"the rows are {kind}" if kind != "triplets" else "the rows belong together"
    elif kind == "delimited-labels":
        yield "delimited", f"several names in one string, with {profile.numbers.get('separator', ';')!r} between them"
    elif kind == "mask":
        yield of_masks(profile)
    elif kind == "boxes":
        yield str(profile.numbers.get("format", "xyxy")), "the order of the four numbers"
    elif kind == "angle" and profile.numbers.get("unit") in ("degrees", "radians"):
        yield str(profile.numbers["unit"]), f"up to {profile.numbers.get('maximum', 0):g}"
    elif profile.classes:
        yield of_classes(profile, kind)
    if kind not in fixed and numeric(profile):
        yield ("integers" if whole(profile) else "floats"), f"stored as {profile.storage.dtype}"


def of_masks(profile: LabelProfile) -> Format:
    encoding = str(profile.numbers.get("encoding", "class-index"))
    if encoding != "class-index":
        return encoding, f"the masks are {encoding}"
    values = class_values(profile)
    if values == [*range(len(values))] and profile.ignore in (None, VOID):
        return "class-index", f"class numbers {told(values)}"
    return "class-values", f"class numbers {told(values)}{coded(profile)}"


def of_classes(profile: LabelProfile, kind: str) -> Format:
    """How single classes are stored: names, 0 .. C-1, -1 and +1, or other numbers."""
    values = class_values(profile)
    if profile.storage.format == "imagefolder":
        return "class-index", "torchvision's ImageFolder numbers the folders in the order of their names"
    if any(isinstance(value, str) for value in values):
        return "class-name", f"the values are strings: {told(values)}"
    if kind == "token-labels" and None in profile.storage.shape:
        return "label-lists", "each sequence is a list of class numbers"
    if kind == "binary" and values == [-1, 1] and profile.ignore in (None, 0):
        return "signed", "the values are -1 and +1"
    if values != [*range(len(values))] or profile.ignore not in (None, PADDING):
        return "class-values", f"class numbers {told(values)}{coded(profile)}"
    if not whole(profile) or (profile.missing and profile.ignore is None):  # integers with gaps are read as floats
        return "floats", f"class numbers {told(values)}, read as floats"
    return "class-index", f"class numbers {told(values)}"


def class_values(profile: LabelProfile) -> list[Any]:
    return [each.value for each in profile.classes]


def told(values: list[Any]) -> str:
    shown = ", ".join(map(str, values[:3]))
    return f"{shown}, ..., {values[-1]}" if len(values) > 4 else ", ".join(map(str, values))


def coded(profile: LabelProfile) -> str:
    return "" if profile.ignore is None else f", and {profile.ignore} for no label"


def zero_one(profile: LabelProfile) -> bool:
    """Whether the classes are 0 and 1."""
    return class_values(profile) == [0, 1]


def numeric(profile: LabelProfile) -> bool:
    """Whether the labels are stored as numbers."""
    dtype = profile.storage.dtype.lower()
    return any(word in dtype for word in ("int", "float", "double", "decimal", "real", "bool"))


def whole(profile: LabelProfile) -> bool:
    """Whether the labels are stored as integers."""
    dtype = profile.storage.dtype.lower()
    return "int" in dtype or "bool" in dtype
