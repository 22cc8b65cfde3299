"""The question that separates two kinds, in the words of the column."""

from __future__ import annotations

from lossadvisor.labels.kinds.judge import SETTLED, Verdict
from lossadvisor.labels.kinds.looks import say
from lossadvisor.labels.kinds.words import speaks_for
from lossadvisor.labels.records import NO_TARGET

NUMBERS = "zero one two three four five six seven eight nine ten".split()

READINGS = {
    "binary": "yes or no",
    "class-index": "{k} unordered classes",
    "class-name": "{k} unordered classes",
    "ordinal": "ordered levels",
    "count": "counts of something",
    "zero-inflated-count": "counts, zero for a reason of its own in many rows",
    "positive": "a measured amount, skewed",
    "zero-inflated-positive": "an amount, often exactly zero",
    "bounded": "a share between fixed bounds",
    "probabilities": "the probability of a yes",
    "real": "a measured number",
    "angle": "an angle, where the end of the turn is next to its start",
    "identifier": "a name for each row, nothing to learn",
    "date": "a point in time, nothing to learn",
    "text": "free text, nothing to learn as it is",
    "delimited-labels": "several labels in one string",
    "constant": "nothing to learn",
    "one-hot": "exactly one class per row",
    "multi-hot": "several labels per row, each yes or no",
    "multi-real": "{k} numbers to predict",
    "token-labels": "a label for each token",
    "mask": "a class for each pixel",
    "boxes": "the coordinates of a box",
    "embeddings": "an embedding",
}


def question(verdict: Verdict) -> str:
    """What to ask, "" where nothing is left to ask."""
    if verdict.confidence > SETTLED or not verdict.rival or {verdict.kind, verdict.rival} <= set(NO_TARGET):
        return ""
    column, code = verdict.column, verdict.code
    name = repr(column.name)
    if verdict.kind == "constant":
        value = column.values[0][0]
        return f"{name} is {value!r} or empty: does empty mean no, or not labelled?"
    if code and verdict.doubt:
        others = values_of(verdict)
        return f"{name} is {code.value} in {code.rows:,} rows beside {others}: not labelled, or a value of its own?"
    told = reading(verdict.kind, verdict), reading(verdict.rival, verdict)
    return f"{name} has {values_of(verdict)}: {told[0]}, or {told[1]}?"


def values_of(verdict: Verdict) -> str:
    """The values of the column, briefly."""
    values = verdict.column.values
    if verdict.column.numeric:
        if len(values) == 2:
            return f"the values {say(values[0][0])} and {say(values[1][0])}"
        return f"values {say(values[0][0])} to {say(values[-1][0])}"
    shown = [repr(value) for value, _ in values[:3]]
    return f"values such as {', '.join(shown)}" if len(values) > 3 else f"the values {', '.join(shown)}"


def reading(kind: str, verdict: Verdict) -> str:
    column = verdict.column
    if kind == "ordinal" and speaks_for(column.name, "ordinal"):
        return f"{column.name} (ordered)"
    return READINGS[kind].format(k=number(column.distinct))


def number(value: int) -> str:
    return NUMBERS[value] if value < len(NUMBERS) else f"{value:,}"
