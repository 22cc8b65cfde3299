"""Hypotheses about several numbers per sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lossadvisor.labels.kinds.looks import Hypothesis, say
from lossadvisor.labels.kinds.words import speaks_for
from lossadvisor.labels.tables.surveys import NORM, Survey

LONG = 16  # numbers per sample from which an embedding is likelier than targets of their own
BOX_NAMES = (
    ("xyxy", ("x1 y1 x2 y2", "xmin ymin xmax ymax", "x_min y_min x_max y_max", "left top right bottom", "x0 y0 x1 y1")),
    ("xywh", ("x y w h", "x y width height", "left top width height", "xmin ymin w h", "xmin ymin width height")),
    (
        "cxcywh",
        ("cx cy w h", "xc yc w h", "cx cy width height", "x_center y_center width height", "xcenter ycenter w h"),
    ),
)
BOX = ("box", "boxes", "bbox", "bboxes")


class Rows(NamedTuple):
    """Rows of numbers, and what their columns, or the array, are called."""

    survey: Survey
    names: tuple[str, ...]

    @property
    def low(self) -> float:
        return min(self.survey.lows)

    @property
    def high(self) -> float:
        return max(self.survey.highs)

    @property
    def span(self) -> str:
        return f"{say(self.low)} to {say(self.high)}"

    @property
    def deep(self) -> bool:
        """More than two dimensions."""
        return len(self.survey.shape) > 2


def one_hot(rows: Rows) -> Hypothesis:
    seen = rows.survey
    score = 0.0
    if seen.zero_one and not rows.deep and seen.one + seen.none == seen.valid and seen.one:
        score = 0.97 if not seen.none else 0.5 if seen.width > 2 else 0.1
    without = f", {seen.none:,} rows have none" if seen.none else ""
    return Hypothesis("one-hot", score, (f"zeros and ones, exactly one 1 in {seen.one:,} rows{without}",))


def multi_hot(rows: Rows) -> Hypothesis:
    seen = rows.survey
    single = seen.one + seen.none == seen.valid
    score = 0.0 if not seen.zero_one or rows.deep else 0.97 if not single else 0.5 if seen.none else 0.04
    return Hypothesis("multi-hot", score, (f"zeros and ones, {say(seen.sums[0])} to {say(seen.sums[1])} ones per row",))


def probabilities(rows: Rows) -> Hypothesis:
    seen = rows.survey
    score = 0.0
    if seen.fraction and not seen.zero_one and not rows.deep:
        score = 0.97 if seen.one == seen.valid else 0.45
    summed = "and each row sums to 1" if seen.one == seen.valid else f"rows sum to {say(seen.sums[0])} and more"
    return Hypothesis("probabilities", score, (f"all between 0 and 1, {summed}",))


def multi_real(rows: Rows) -> Hypothesis:
    """Any numbers; less so where they are more special."""
    seen = rows.survey
    score = 0.85 if seen.width < LONG else 0.3 if seen.width < 4 * LONG else 0.08
    if seen.zero_one or (seen.fraction and seen.one == seen.valid) or (rows.deep and seen.whole):
        score = 0.02
    elif seen.fraction:
        score = 0.45
    elif seen.whole and seen.width >= LONG:
        score = 0.02 if seen.tails[1] > 0.3 * seen.valid else 0.1
    score *= 0.05 if unit_length(rows) or (seen.corners == seen.valid >= 8 and rows.low >= 0) else 1.0
    return Hypothesis("multi-real", score, (f"{seen.width} numbers per row, {rows.span}",))


def unit_length(rows: Rows) -> bool:
    low, high = rows.survey.norms
    return not rows.survey.whole and 1 - NORM < low <= high < 1 + NORM


def embeddings(rows: Rows) -> Hypothesis:
    seen = rows.survey
    unit = unit_length(rows)
    score = 0.0
    if not seen.whole and seen.width >= LONG and len(seen.shape) == 2 and rows.low < 0:
        score = 0.97 if unit else 0.88 if seen.width >= 4 * LONG else 0.5
    named = any(
        "emb" in name.lower() or "vec" in name.lower() or name.lower().startswith("feat") for name in rows.names
    )
    length = "each of length 1" if unit else f"of length {say(seen.norms[0])} to {say(seen.norms[1])}"
    told = (f"{seen.width} numbers per row, {length}", *(["the name says so"] if named else []))
    return Hypothesis("embeddings", min(0.97, 2 * score) if named else score, told)


def boxes(rows: Rows) -> Hypothesis:
    seen, called = rows.survey, called_boxes(rows)
    fits = seen.valid in (seen.corners, seen.sizes)
    score = 0.0
    if seen.width == 4 and not rows.deep and not seen.zero_one:
        score = 0.9 if seen.corners == seen.valid >= 8 else 0.3 if fits and rows.low >= 0 else 0.05
        score = 0.99 if called and fits else 0.01 if seen.one == seen.valid else score
    told = "x2 > x1 and y2 > y1 in every row" if seen.corners == seen.valid else "positive sizes in every row"
    return Hypothesis("boxes", score, (f"four numbers per row, {told}", *(["the names say so"] if called else [])))


def called_boxes(rows: Rows) -> bool:
    words = [part for name in rows.names for part in name.lower().split("_")]
    return bool(named_format(rows.names)) or any(word in BOX for word in words)


def named_format(names: Sequence[str]) -> str:
    """The format that the names of the columns tell, "" where they don't."""
    plain = [name.lower().removeprefix("bbox_").removeprefix("box_").replace("bbox", "") for name in names]
    said = " ".join(plain)
    return next((form for form, ways in BOX_NAMES if said in ways), "")


def token_labels(rows: Rows) -> Hypothesis:
    """Integers, in rows that end early."""
    seen = rows.survey
    score = 0.0
    padded = seen.tails[1] / max(seen.valid, 1)
    ignored = any(value == -100 for value, _ in seen.values)
    if seen.whole and len(seen.shape) == 2 and seen.width >= 3 and not (seen.zero_one and not padded):
        score = 0.97 if ignored else 0.93 if padded > 0.3 and seen.tails[0] in (-1, 0, 1) else 0.4 if padded else 0.3
        score *= 0.05 if seen.zero_one else 1.0 if ignored else 1 - 0.9 * smooth(rows)
    told = f"{seen.tails[0]} fills up the ends of {padded:.0%} of the rows" if padded else "rows of one length"
    return Hypothesis("token-labels", score, (f"integers, {rows.span}", told))


def mask(rows: Rows) -> Hypothesis:
    seen = rows.survey
    large = min(seen.shape[-2:]) >= 8
    few = 2 <= len(seen.values) <= 260 and rows.low >= -100 and rows.high <= 255
    score = 0.0
    if seen.whole and few and large:
        score = 0.95 if rows.deep else smooth(rows)
    sides = " × ".join(str(side) for side in seen.shape[-2:])
    return Hypothesis("mask", score, (f"integers {rows.span} in {sides}", f"{len(seen.values)} different values"))


def smooth(rows: Rows) -> float:
    """Whether numbers equal their neighbours on both sides, as in an image: 0 to 1."""
    seen = rows.survey
    total = sum(count for _, count in seen.values)
    if rows.deep or not total or min(seen.shape) < 16:
        return 0.0
    chance = sum((count / total) ** 2 for _, count in seen.values)
    along, across = ((part - chance) / max(1 - chance, 1e-9) for part in seen.flow)
    return 0.9 if min(along, across) > 0.5 else 0.3 if min(along, across) > 0.25 else 0.0


MATRICES = (one_hot, multi_hot, probabilities, multi_real, embeddings, boxes, token_labels, mask)


def weigh(rows: Rows) -> list[Hypothesis]:
    """All hypotheses, the best first."""
    found = [hypothesis(rows) for hypothesis in MATRICES]
    weighed = [each._replace(score=weight(rows, each)) for each in found]
    return sorted(weighed, key=lambda each: each.score, reverse=True)


def weight(rows: Rows, hypothesis: Hypothesis) -> float:
    """Its score with what the names say."""
    if hypothesis.kind == "boxes":
        return hypothesis.score
    other = 0.05 if called_boxes(rows) and rows.survey.width == 4 else 1.0
    named = 2 if speaks_for(" ".join(rows.names), hypothesis.kind) else 1
    return min(0.97, hypothesis.score * other * named)
