"""The profile of one column."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from lossadvisor.errors import UserError
from lossadvisor.labels.frequency import imbalance
from lossadvisor.labels.histogram import histogram
from lossadvisor.labels.kinds.judge import Verdict, judge
from lossadvisor.labels.kinds.looks import MOST, look_at, say, turning
from lossadvisor.labels.kinds.questions import question
from lossadvisor.labels.kinds.texts import best_labels
from lossadvisor.labels.kinds.words import scale_order
from lossadvisor.labels.records import NO_TARGET, ClassCount, LabelProfile, Storage
from lossadvisor.labels.tables.columns import Column
from lossadvisor.labels.tables.measures import Measures, coarse, measure

CLASSES = ("binary", "class-index", "class-name", "ordinal", "delimited-labels")
RARE = 2
MOSTLY = 0.9
WRITTEN = re.compile(r"(?=.*[$€£¥%,'])[-+]?[$€£¥]?\s?[-+]?\d{1,3}(?:[,' ]?\d{3})*(?:[.,]\d+)?\s?[%$€£¥]?")
DIGITS = 12


def profile_column(column: Column, *, source: str, format: str, kind: str = "") -> LabelProfile:  # noqa: A002
    """The profile of a column; `kind` is the user's word on what it is.

    Raises:
        UserError: it has no values, can't be of that kind, or has too many classes.
    """
    check_values(column, source)
    if not kind:
        check_written(column)
    verdict = judge(column, kind=kind)
    classes = classes_of(verdict)
    return LabelProfile(
        source=source,
        columns=(column.name,),
        storage=Storage(format, "text" if column.stored == "varchar" else column.stored, (column.rows,)),
        kind=verdict.kind,
        confidence=verdict.confidence,
        evidence=verdict.evidence,
        rival=verdict.rival,
        question=question(verdict),
        rows=column.rows,
        missing=0 if verdict.kind == "delimited-labels" else verdict.column.missing,  # there nothing is on
        classes=classes,
        ignore=verdict.code.value if verdict.code else None,
        numbers=dict(numbers_of(verdict, classes)),
        findings=tuple(findings(verdict, classes)),
    )


def check_values(column: Column, source: str) -> None:
    """Refuse a column from which nothing can be told.

    Raises:
        UserError: it has one row or none, or no values.
    """
    if not column.rows:
        raise UserError("there are no rows", place=source)
    if not column.valid:
        raise UserError(f"column {column.name!r} has no values: all {column.rows:,} rows are missing", place=source)
    if column.rows == 1:
        raise UserError(f"column {column.name!r} has one row: nothing can be told from it", place=source)


def check_written(column: Column) -> None:
    """Refuse numbers that are written with a currency, a percent sign or thousands apart: they'd pass for names.

    Raises:
        UserError: nearly all values are.
    """
    if column.dtype != "str":
        return
    written = [value for value, _ in column.values if WRITTEN.fullmatch(value)]
    if len(written) > MOSTLY * len(column.values):
        said = f"column {column.name!r} holds numbers that are written as text, as {written[0]!r}"
        raise UserError(said, hint="write plain numbers, as 1234.5; or if these are names: --kind class-name")


def classes_of(verdict: Verdict) -> tuple[ClassCount, ...]:
    """The classes in the order in which a program numbers them: that of the scale where there is one."""
    column = verdict.column
    if verdict.kind not in CLASSES:
        return ()
    if verdict.kind == "delimited-labels":
        return tuple(ClassCount(label, count) for label, count in best_labels(column).counts)
    if column.distinct > MOST or not column.exact:
        raise UserError(
            f"column {column.name!r} has {column.distinct:,} different values: too many for classes (at most {MOST:,})",
            hint="join the rare ones to one class, or see it as retrieval: embeddings",
        )
    order = scale_order(value for value, _ in column.values) if verdict.kind == "ordinal" and not column.numeric else []
    counts = dict(column.values)
    values = order or [value for value, _ in column.values]
    absent = [value for value in range(len(column.names)) if column.names and value not in counts]
    return tuple(ClassCount(value, counts.get(value, 0)) for value in sorted([*values, *absent]) if absent) or tuple(
        ClassCount(value, counts[value]) for value in values
    )


def numbers_of(verdict: Verdict, classes: tuple[ClassCount, ...]) -> Iterator[tuple[str, Any]]:
    """What was measured, by name."""
    column = verdict.column
    if column.exact:
        yield "distinct", column.distinct
    if column.infinite:
        yield "infinite", column.infinite
    if classes:
        yield from of_classes(classes)
    if verdict.kind == "delimited-labels":
        labels = best_labels(column)
        yield from (("separator", labels.separator), ("labels_per_sample", tidy(labels.per_row)))
    elif column.numeric and verdict.kind not in NO_TARGET:
        yield from of_measures(measure(column.values))
        if not classes:
            yield "histogram", histogram(column.values)
    if column.names:
        yield "names", list(column.names)
    if verdict.kind == "angle":
        yield "unit", turning(look_at(column)) or ("radians" if column.values[-1][0] < 7 else "degrees")


def of_classes(classes: tuple[ClassCount, ...]) -> Iterator[tuple[str, Any]]:
    for name, value in imbalance(classes).items():
        yield name, tidy(value) if name == "imbalance_ratio" else value


def of_measures(measures: Measures) -> Iterator[tuple[str, Any]]:
    told = measures._asdict()
    for name in ("minimum", "maximum", "mean", "std", "median", "skew", "zero_fraction", "outlier_fraction"):
        yield name, tidy(told[name])
    yield "quantiles", {share: tidy(value) for share, value in measures.quantiles.items()}
    if math.isfinite(measures.dispersion) and measures.minimum >= 0:
        yield "dispersion", tidy(measures.dispersion)


def tidy(value: float) -> float:
    """A number as it is written into reports and programs."""
    if isinstance(value, int):
        return value
    return float(f"{value:.{DIGITS}g}")


def findings(verdict: Verdict, classes: tuple[ClassCount, ...]) -> Iterator[str]:
    """What to know before training."""
    column = verdict.column
    if column.missing:
        none = "no label: nothing is on there" if verdict.kind == "delimited-labels" else "no target"
        yield f"{column.missing:,} of {column.rows:,} rows have {none} ({column.missing / column.rows:.1%})"
    if column.infinite:
        yield f"{column.infinite:,} rows are infinite in float32: remove them, or every loss becomes infinite"
    if verdict.kind == "class-index" and column.numeric:
        yield from gaps(column)
    rare = [each for each in classes if 0 < each.samples < RARE]
    if rare:
        shown = ", ".join(repr(each.value) for each in rare[:5])
        few = "1 class has one sample" if len(rare) == 1 else f"{len(rare)} classes have one sample each"
        yield f"{few} ({shown}): not enough for training and validation both"
    empty = [each for each in classes if not each.samples]
    if empty:
        yield f"{len(empty)} of {len(classes)} classes never occur: {', '.join(repr(each.value) for each in empty[:5])}"
    yield from variants(classes)
    if verdict.kind in ("real", "positive", "bounded", "count"):
        seen = measure(column.values)
        far = seen.outlier_fraction
        if far and (verdict.kind == "real" or far > 0.1):
            yield f"{far:.2%} of the values are outliers (robust z beyond 3.5)"
        if said := coarse(seen.mean, seen.std):
            yield said


def gaps(column: Column) -> Iterator[str]:
    """Class numbers that never occur, or don't start at zero."""
    low, high = column.values[0][0], column.values[-1][0]
    absent = high - low + 1 - len(column.values)
    if absent:
        yield f"{absent:,} class numbers between {say(low)} and {say(high)} never occur"
    if low != 0 and not column.names:
        yield f"class numbers start at {say(low)}: PyTorch counts from 0"


def variants(classes: tuple[ClassCount, ...]) -> Iterator[str]:
    """Names that differ in case or spaces alone."""
    seen: dict[str, str] = {}
    for each in classes:
        if isinstance(each.value, str):
            plain = " ".join(each.value.lower().split())
            if plain in seen:
                yield f"{seen[plain]!r} and {each.value!r} differ in case or spaces alone: one class or two?"
            seen.setdefault(plain, each.value)
