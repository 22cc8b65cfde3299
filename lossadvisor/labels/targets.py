"""In which format labels are stored, as the question `target` has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lossadvisor.labels.records import LabelProfile

Format = tuple[str, str]
"""A choice of `target`, and why."""

INTEGERS = ("int", "bool")
TYPES = (*INTEGERS, "float", "double", "decimal", "real", "numeric")
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
        yield of_numbers(profile)


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
    if not whole(profile) or gaps(profile):
        return "floats", f"class numbers {told(values)}, read as floats"
    return "class-index", f"class numbers {told(values)}"


def of_numbers(profile: LabelProfile) -> Format:
    """How numbers are stored: whole, or not; with a code for missing ones, or NaN."""
    if profile.ignore is not None and not whole(profile):
        return "coded", f"{profile.ignore} stands for a missing number"
    if whole(profile) and not gaps(profile):
        return "integers", "the numbers are whole"
    return "floats", "whole numbers with gaps are read as floats" if whole(profile) else "the numbers are not whole"


def gaps(profile: LabelProfile) -> bool:
    """Whether labels are missing without a code in their place."""
    return bool(profile.missing) and profile.ignore is None


def class_values(profile: LabelProfile) -> list[Any]:
    return [each.value for each in profile.classes]


def told(values: list[Any]) -> str:
    """The values, the first ones and the last where they are many."""
    if len(values) > 2 and type(values[0]) is int and values == [*range(values[0], values[0] + len(values))]:
        return f"{values[0]} to {values[-1]}"
    shown = ", ".join(map(str, values[:3]))
    return f"{shown}, ..., {values[-1]}" if len(values) > 4 else ", ".join(map(str, values))


def coded(profile: LabelProfile) -> str:
    return "" if profile.ignore is None else f", and {profile.ignore} for no label"


def zero_one(profile: LabelProfile) -> bool:
    """Whether the classes are 0 and 1."""
    return class_values(profile) == [0, 1]


def numeric(profile: LabelProfile) -> bool:
    """Whether the labels are numbers."""
    return (
        "minimum" in profile.numbers or any(word in profile.storage.dtype.lower() for word in TYPES) or whole(profile)
    )


def whole(profile: LabelProfile) -> bool:
    """Whether the labels are integers. Text, as in a CSV file, has no type: there the numbers tell."""
    dtype = profile.storage.dtype.lower()
    if any(word in dtype for word in TYPES):
        return any(word in dtype for word in INTEGERS)
    numbers = profile.numbers
    seen: list[Any] = [each.value for each in profile.classes] or [numbers.get("minimum"), numbers.get("maximum")]
    quantiles = numbers.get("quantiles", {})
    return all(
        isinstance(value, int) for value in (*seen, *(quantiles.values() if isinstance(quantiles, dict) else ()))
    )
