"""What a user says about the data, checked before it becomes a literal of a program."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from lossadvisor.errors import UserError


def parse_values(raw: Mapping[str, str]) -> dict[str, Any]:
    """Numbers and names from the text of the flags.

    Args:
        raw: any of num_classes, num_samples, class_counts, class_weights, class_names.

    Returns:
        the values as int or lists; num_classes follows from the length of the others.

    Raises:
        UserError: not numbers, negative or zero, or of different lengths.
    """
    values: dict[str, Any] = {}
    if "num_classes" in raw:
        values["num_classes"] = integer("--num-classes", raw["num_classes"], least=2)
    if "num_samples" in raw:
        values["num_samples"] = integer("--num-samples", raw["num_samples"], least=1)
    if "class_counts" in raw:
        values["class_counts"] = [integer("--class-counts", part, least=1) for part in split(raw["class_counts"])]
    if "class_weights" in raw:
        values["class_weights"] = [weight(part) for part in split(raw["class_weights"])]
    if "class_names" in raw:
        values["class_names"] = names(split(raw["class_names"]))
    lengths = {name: len(value) for name, value in values.items() if isinstance(value, list)}
    lengths |= {name: value for name, value in values.items() if name == "num_classes"}
    check_lengths(lengths)
    if lengths:
        values["num_classes"] = next(iter(lengths.values()))
    return values


def check_lengths(lengths: Mapping[str, int]) -> None:
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"--{name.replace('_', '-')} has {length}" for name, length in lengths.items())
        raise UserError(f"one value for each class was expected: {told.replace('num-classes has', 'num-classes says')}")
    if any(length < 2 for length in lengths.values()):
        raise UserError(f"at least two classes were expected, --{next(iter(lengths)).replace('_', '-')} has one")


def split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def number(flag: str, text: str, convert: Callable[[str], Any]) -> Any:
    try:
        return convert(text)
    except ValueError:
        raise UserError(f"not a number: {text!r}", place=flag, hint=f"for example {flag} 900,90,10") from None


def integer(flag: str, text: str, *, least: int) -> int:
    value: int = number(flag, text, int)
    if value < least:
        raise UserError(f"at least {least} was expected, not {value}", place=flag)
    return value


def weight(text: str) -> float:
    value: float = number("--class-weights", text, float)
    if not (math.isfinite(value) and value > 0):
        raise UserError(f"a positive number was expected, not {text}", place="--class-weights")
    return value


def names(parts: list[str]) -> list[str]:
    if "" in parts or len(set(parts)) < len(parts):
        raise UserError("the names must be different, and none empty", place="--class-names")
    return parts


def imbalance(counts: list[int]) -> str:
    """The choice of the question `imbalance` that class counts stand for (rules of thumb: 1:5, 1:20, 1:1000)."""
    ratio = max(counts) / min(counts)
    return "balanced" if ratio < 5 else "moderate" if ratio <= 20 else "severe" if ratio < 1000 else "extreme"


def example_counts(classes: int) -> list[int]:
    """Class counts to put into a program when only the number of classes is known: 900 down to 10, evenly in ratio."""
    return [round(900 * (10 / 900) ** (position / (classes - 1))) for position in range(classes)]


def example_names(classes: int) -> list[str]:
    """Names to put into a program when only the number of classes is known."""
    return [f"class {number}" for number in range(classes)]
