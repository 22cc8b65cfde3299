"""Hypotheses about columns of text."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from lossadvisor.labels.kinds.looks import MOST, Hypothesis
from lossadvisor.labels.kinds.words import YES_NO, near_scale, scale_order
from lossadvisor.labels.tables.columns import Column

SEPARATORS = (";", "|", ",", "/", "&", "+", " ")
DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( \d{1,2}:\d{2}.*)?"
    r"|\d{1,2}[ -]?[A-Z][a-z]{2,8}[ -]?\d{2,4}|[A-Z][a-z]{2,8} \d{1,2},? \d{4}|\d{1,2}:\d{2}(:\d{2})?"
)
CODE = re.compile(r"(?=.*\d)[\w#:.-]{3,}|[0-9a-fA-F-]{32,36}")


class Labels(NamedTuple):
    """Labels in one string, as a separator tells them apart.

    Args:
        rows: with more than one label.
        reused: the share of labels that come in several combinations, or alone.
        counts: how many rows have each label.
        words: of which a label consists on average.
    """

    separator: str
    rows: int
    reused: float
    counts: tuple[tuple[str, int], ...] = ()
    per_row: float = 0.0
    words: float = 0.0


def split(value: str, separator: str) -> list[str]:
    """The labels in a string, brackets and quotes around them left out."""
    inner = value.strip().removeprefix("[").removesuffix("]") if separator == "," else value
    parts = (part.strip().strip("'\"") for part in inner.split(separator))
    return [part for part in dict.fromkeys(parts) if part]


def labels_of(column: Column, separator: str) -> Labels:
    counts: Counter[str] = Counter()
    combinations: Counter[str] = Counter()
    several = total = 0
    for value, count in column.values:
        parts = split(value, separator)
        several += count * (len(parts) > 1)
        total += count * len(parts)
        for part in parts:
            counts[part] += count
            combinations[part] += 1
    reused = sum(count > 1 for count in combinations.values()) / max(len(combinations), 1)
    rows = sum(count for _, count in column.values)
    words = sum(len(part.split()) for part in counts) / max(len(counts), 1)
    return Labels(separator, several, reused, tuple(sorted(counts.items())), total / rows, words)


def best_labels(column: Column) -> Labels:
    """The labels by the separator that splits most values."""
    found = [labels_of(column, separator) for separator in SEPARATORS if any(separator in v for v, _ in column.values)]
    return max(found, key=plausible, default=Labels("", 0, 0.0))


def plausible(labels: Labels) -> float:
    """How plausible a separator is, 0 to 1: its parts come again in other combinations."""
    weight = {" ": 0.3, "/": 0.7, "&": 0.7, "+": 0.7}.get(labels.separator, 1.0)
    if labels.words > 3 or (labels.separator == " " and labels.per_row > 3):
        return 0.0
    many = len(labels.counts) > 2 and labels.rows >= 2
    return weight * max(0.0, min(1.0, (labels.reused - 0.3) / 0.5)) if many else 0.0


class TextLook(NamedTuple):
    """What hypotheses about text are told from."""

    column: Column
    labels: Labels
    words: float
    unique: float
    dates: float
    codes: float

    @property
    def shown(self) -> str:
        few = [repr(value if len(value) < 30 else value[:27] + "...") for value, _ in self.column.values[:3]]
        return ", ".join(few)


def look_at_text(column: Column) -> TextLook:
    rows = sum(count for _, count in column.values)
    words = sum(len(value.split()) * count for value, count in column.values) / rows
    unique = min(column.distinct / column.valid, 1.0)
    return TextLook(column, best_labels(column), words, unique, matching(column, DATE), matching(column, CODE))


def matching(column: Column, pattern: re.Pattern[str]) -> float:
    """The share of the values that are of the pattern."""
    return sum(bool(pattern.fullmatch(value)) for value, _ in column.values) / len(column.values)


def binary(look: TextLook) -> Hypothesis:
    usual = frozenset(value.lower() for value, _ in look.column.values) in YES_NO
    score = 0.0 if look.column.distinct != 2 else 0.98 if usual else 0.9 if look.column.valid >= 4 else 0.6
    return Hypothesis("binary", score, (f"two values, {look.shown}",))


def class_name(look: TextLook) -> Hypothesis:
    repeats = 1 / look.unique
    score = 0.0 if look.column.distinct < 3 else 0.9 * max(0.02, min(1.0, (repeats - 1) / 3))
    score *= (1 - 0.95 * plausible(look.labels)) * (1.0 if look.column.distinct <= MOST else 0.0)
    order = scale_order(value for value, _ in look.column.values) if look.column.distinct <= 20 else []
    score *= (0.6 if short(order) else 0.08) if order else 1 - 0.95 * look.dates
    seen = f"{look.column.distinct:,} different names such as {look.shown}"
    return Hypothesis("class-name", score, (seen, f"each occurs {repeats:,.0f} times on average"))


def ordinal(look: TextLook) -> Hypothesis:
    few = 3 <= look.column.distinct <= 20
    values = [value for value, _ in look.column.values] if few else []
    order = scale_order(values)
    if order:
        return Hypothesis("ordinal", 0.35 if short(order) else 0.92, (f"levels of a scale: {', '.join(order)}",))
    near = few and near_scale(values)
    return Hypothesis("ordinal", 0.25 if near else 0.0, ("most of the values are levels of a scale",))


def short(order: list[str]) -> bool:
    """Letters may be names as well as grades."""
    return all(len(value) == 1 for value in order)


def delimited(look: TextLook) -> Hypothesis:
    labels = look.labels
    seen = (
        f"{labels.rows:,} rows have several values between {labels.separator!r}",
        f"the {len(labels.counts):,} values come again in other combinations",
    )
    score = 0.92 * plausible(labels) if look.column.distinct > 2 else 0.0
    order = scale_order(value for value, _ in look.column.values) if look.column.distinct <= 20 else []
    return Hypothesis("delimited-labels", score * (0.1 if order else 1.0), seen)


def identifier(look: TextLook) -> Hypothesis:
    score = 0.0 if look.unique < 0.5 or look.column.valid < 5 else look.unique**3 * (0.45 + 0.5 * look.codes)
    score = max(score, 0.6 if look.column.distinct > MOST else 0.0)
    score *= (1.0 if look.words < 2 else 0.5 if look.words < 3 else 0.05) * (1 - 0.95 * look.dates)
    return Hypothesis("identifier", score, (f"{look.unique:.0%} of the values occur once, as {look.shown}",))


def text(look: TextLook) -> Hypothesis:
    score = 0.92 if look.words >= 4 else 0.5 if look.words >= 2.5 else 0.25 if look.words >= 1.5 else 0.1
    score *= (1 - look.codes) * (1 - 0.95 * look.dates)
    seen = f"{look.words:.0f} words on average, {look.unique:.0%} of the values different"
    return Hypothesis("text", score * min(1.0, look.unique * 1.3) ** 2 * (1 - 0.8 * plausible(look.labels)), (seen,))


def date(look: TextLook) -> Hypothesis:
    score = 0.99 if look.dates > 0.9 else 0.0
    return Hypothesis("date", score, (f"dates such as {look.shown}",))


TEXTS = (binary, class_name, ordinal, delimited, identifier, text, date)
