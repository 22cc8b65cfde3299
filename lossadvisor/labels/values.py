"""Numbers and names of the labels, as the constants of a program, each with how it was computed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lossadvisor.codegen.markers import Noted
from lossadvisor.labels.answers import NUMBERS, SEVERAL
from lossadvisor.labels.picture import COUNTED
from lossadvisor.labels.records import LabelProfile
from lossadvisor.labels.targets import VOID, class_values
from lossadvisor.labels.targets import told as listed

LISTED = 1000
"""More classes than that aren't written into a program."""

NORMAL_IQR = 1.349
"""The interquartile range of a normal distribution of standard deviation 1."""

Value = tuple[str, Any]


def values_of(profile: LabelProfile, answers: dict[str, str]) -> dict[str, Any]:
    """The values of a program's `set` markers that the labels give."""
    target, found = answers.get("target", ""), dict[str, Any]()
    if profile.classes and len(profile.classes) <= LISTED:
        found.update(of_classes(profile, target))
    if profile.kind in NUMBERS:
        found.update(of_numbers(profile, robust=answers.get("outliers", "none") != "none"))
        if profile.ignore is not None:
            found["missing"] = Noted(profile.ignore, "stands for a missing target")
    if profile.kind == "scored-pairs" and profile.numbers.get("maximum", 0) > 0:
        highest = math.ceil(profile.numbers["maximum"])
        highest = float(highest) if target == "floats" else highest
        found["max_score"] = Noted(highest, f"the highest score in {name(profile)} is {profile.numbers['maximum']:g}")
    return found


def name(profile: LabelProfile) -> str:
    """The labels in a comment: the file's name, and the columns."""
    source = Path(profile.source).name or profile.source
    return f"{source} ({', '.join(profile.columns)})" if 0 < len(profile.columns) <= 3 else source


def of_classes(profile: LabelProfile, target: str) -> Iterator[Value]:
    """Number, names, values and counts of the classes, and the share of yes."""
    values = class_values(profile)
    yield "num_classes", len(values)
    if target in ("class-name", "delimited"):
        yield "class_names", Noted([str(value) for value in values], "the place is the number of the class")
    if target == "class-values":
        yield "class_values", Noted(values, "the place is the number of the class")
        yield "missing", Noted(unused(profile), "stands for no label")
    if target == "color-masks":
        yield "colors", Noted([[*bytes.fromhex(value[1:])] for value in values], "red, green, blue of each class")
    if target == "delimited":
        yield "separator", str(profile.numbers.get("separator", ";"))
    labelled = profile.rows - profile.missing
    if profile.kind in SEVERAL:
        yield "num_samples", Noted(labelled, f"labelled samples in {name(profile)}")
    yield "class_counts", counts(profile, labelled)
    if profile.kind in ("binary", *SEVERAL):
        on = [each.samples for each in profile.classes][1 if profile.kind == "binary" else 0 :]
        share = sum(on) / max(labelled * len(on), 1)
        if 0 < share < 1:
            yield "prior", Noted(rounded(share), f"share of yes in {name(profile)}")


def counts(profile: LabelProfile, labelled: int) -> Noted:
    """How often each class occurs. An absent class counts as one sample, so that nothing is divided by zero."""
    most = labelled - 1 if profile.kind in SEVERAL else max(each.samples for each in profile.classes)
    numbers = [min(max(each.samples, 1), max(most, 1)) for each in profile.classes]
    absent = [str(each.value) for each in profile.classes if not each.samples]
    values = class_values(profile)
    told = f"{COUNTED.get(profile.kind, 'samples')} of {listed(values)} in {name(profile)}"
    if profile.kind == "binary":
        told = f"no ({values[0]}) and yes ({values[-1]}) in {name(profile)}"
    if absent:
        told += f"; {', '.join(absent[:3])}{', ...' if len(absent) > 3 else ''}: none, taken as 1"
    return Noted(numbers, told)


def unused(profile: LabelProfile) -> int:
    """The code for "no label"; where the labels have none, a number that is no class."""
    if profile.ignore is not None:
        return profile.ignore
    values = class_values(profile)
    codes: Iterator[int] = iter((VOID, -1, -100, *range(-101, -len(values) - 102, -1)))
    return next(code for code in codes if code not in values)


def of_numbers(profile: LabelProfile, *, robust: bool) -> Iterator[Value]:
    """Centre and spread: mean and standard deviation; with outliers median and interquartile range."""
    numbers, where = profile.numbers, name(profile)
    quartiles = quartiles_of(numbers.get("quantiles"))
    if robust and quartiles and quartiles[1] > quartiles[0]:
        yield "mean", Noted(rounded(numbers["median"]), f"the median of {where}: outliers don't move it")
        spread = (quartiles[1] - quartiles[0]) / NORMAL_IQR
        yield "std", Noted(rounded(spread), f"interquartile range / {NORMAL_IQR}: the spread without the outliers")
    elif numbers.get("std"):
        yield "mean", Noted(rounded(numbers["mean"]), f"the mean of {where}")
        yield "std", Noted(rounded(numbers["std"]), "its standard deviation")


def quartiles_of(quantiles: Any) -> tuple[float, float] | None:
    """The first and third quartile, from quantiles by level."""
    if not isinstance(quantiles, dict):
        return None
    levels = {float(level): value for level, value in quantiles.items()}
    return (levels[0.25], levels[0.75]) if {0.25, 0.75} <= levels.keys() else None


def rounded(number: float) -> float:
    """Six digits: more would claim what nobody measured."""
    return float(f"{number:.6g}")
