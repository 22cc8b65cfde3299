"""Numbers and names of the labels, as the constants of a program, each with how it was computed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
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
        robust = answers.get("outliers", "none") != "none"
        found.update((of_columns if profile.kind == "multi-real" else of_numbers)(profile, robust=robust))
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
    if numbered(profile):
        pairs = zip(profile.numbers["category_ids"], values, strict=True)
        told = f"id and name in {name(profile)}; the place is the class number"
        yield "categories", Noted([[*pair] for pair in pairs], told)
    labelled = profile.rows - profile.missing
    if profile.kind in SEVERAL:
        yield "num_samples", Noted(labelled, f"labelled samples in {name(profile)}")
    yield "class_counts", counts(profile, labelled)
    if profile.kind in ("binary", *SEVERAL):
        on = [each.samples for each in profile.classes][1 if profile.kind == "binary" else 0 :]
        share = sum(on) / max(labelled * len(on), 1)
        if 0 < share < 1:
            yield "prior", Noted(rounded(share), f"share of yes in {name(profile)}")


def numbered(profile: LabelProfile) -> bool:
    """Whether boxes have category ids that the program can number anew."""
    ids = profile.numbers.get("category_ids", ())
    return 0 < len(ids) == len(profile.classes) and all(type(each) is int for each in ids)


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
    if robust and (spread := middle_spread(numbers)):
        yield "mean", Noted(rounded(numbers["median"], spread), f"the median of {where}: outliers don't move it")
        yield "std", Noted(rounded(spread), f"interquartile range / {NORMAL_IQR}: the spread without the outliers")
    elif numbers.get("std"):
        yield "mean", Noted(rounded(numbers["mean"], numbers["std"]), f"the mean of {where}")
        yield "std", Noted(rounded(numbers["std"]), "its standard deviation")


def of_columns(profile: LabelProfile, *, robust: bool) -> Iterator[Value]:
    """Names, centres and spreads of several columns. One that never varies keeps its unit: no division by zero."""
    each = profile.numbers.get("each", [])
    if not each:
        return
    named = len(profile.columns) == len(each)
    yield "columns", [*profile.columns] if named else [f"column {place}" for place in range(len(each))]
    robust = robust and all(map(middle_spread, each))
    centre, spread = ("medians", middle_spread) if robust else ("means", standard_deviation)
    key = "median" if robust else "mean"
    means = [rounded(one.get(key, 0.0), spread(one)) for one in each]
    how = f"interquartile ranges / {NORMAL_IQR}: the spreads without the outliers" if robust else "standard deviations"
    yield "means", Noted(means, f"the {centre} of {name(profile)}")
    yield "stds", Noted([rounded(spread(one)) or 1.0 for one in each], f"their {how}")


def standard_deviation(numbers: Mapping[str, Any]) -> float:
    return float(numbers.get("std", 0.0))


def middle_spread(numbers: Mapping[str, Any]) -> float:
    """The interquartile range as the standard deviation of normal noise; 0 where it isn't known."""
    quartiles = quartiles_of(numbers.get("quantiles"))
    return (quartiles[1] - quartiles[0]) / NORMAL_IQR if quartiles else 0.0


def quartiles_of(quantiles: Any) -> tuple[float, float] | None:
    """The first and third quartile, from quantiles by level."""
    if not isinstance(quantiles, dict):
        return None
    levels = {float(level): value for level, value in quantiles.items()}
    return (levels[0.25], levels[0.75]) if {0.25, 0.75} <= levels.keys() else None


def rounded(number: float, unit: float = 0.0) -> float:
    """Six digits: more would claim what nobody measured. With a unit, such as their spread, five digits of that."""
    return float(round(number, 4 - math.floor(math.log10(unit))) if unit else f"{number:.6g}")
