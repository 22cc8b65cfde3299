"""What a look at labels tells, as plain frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

KINDS: Mapping[str, str] = {
    "binary": "yes or no",
    "class-index": "class numbers",
    "class-name": "class names",
    "one-hot": "one-hot rows",
    "probabilities": "probabilities (soft labels)",
    "multi-hot": "multi-hot rows",
    "delimited-labels": "several labels in one string",
    "ordinal": "ordered classes",
    "count": "counts",
    "zero-inflated-count": "counts with more zeros than a count distribution explains",
    "positive": "positive amounts, skewed",
    "zero-inflated-positive": "positive amounts, often exactly zero",
    "bounded": "real numbers between two bounds",
    "real": "real numbers",
    "angle": "angles",
    "multi-real": "several real numbers per sample",
    "token-labels": "a label for each token",
    "mask": "a class for each pixel",
    "boxes": "boxes",
    "preference-pairs": "a chosen and a rejected answer",
    "thumbs": "answers, each good or bad",
    "scored-pairs": "pairs, each with a score",
    "triplets": "anchor, positive, negative",
    "embeddings": "embeddings",
    "identifier": "an identifier (no target)",
    "constant": "a single value (no target)",
    "date": "dates (no target)",
    "text": "free text (no target)",
}
"""Each kind of target, in words."""

NO_TARGET = ("identifier", "constant", "date", "text")
"""Kinds that nothing can be learned from as they are."""


class Storage(NamedTuple):
    """How labels are stored: format (csv, parquet, npy, coco, ...), dtype, shape (None where it varies)."""

    format: str
    dtype: str
    shape: tuple[int | None, ...]


class ClassCount(NamedTuple):
    """A class as it is stored (its value), and how many samples (tokens, pixels, boxes) have it."""

    value: bool | int | float | str
    samples: int


class LabelProfile(NamedTuple):
    """What the labels are, how sure that is, and the numbers that a loss needs.

    Args:
        source: the file, folder or table.
        columns: the columns that were read; () where there are none.
        kind: one of KINDS.
        confidence: of `kind`, 0 to 1; above 0.9 nothing is left to ask.
        evidence: what was seen that speaks for `kind`, a sentence each.
        rival: the kind that comes next, "" where no other is plausible.
        question: the one question that separates `kind` from `rival`, "" where there is nothing to ask.
        rows: samples, missing ones included.
        missing: rows without a target: null, NaN, an empty string, or the value `ignore`.
        classes: in the order that the program gives them; () where the kind has no classes.
        ignore: the value that stands for "not labelled" (-1, -100, 255, ...), None where there is none.
        numbers: what else was measured, by name: plain JSON values. Of classes `imbalance_ratio` (largest to rarest),
            `rarest`; of several labels `labels_per_sample`, `empty`, `separator`; of numbers `minimum`, `maximum`,
            `mean`, `std`, `median`, `quantiles`, `skew`, `zero_fraction`, `outlier_fraction`, `dispersion` (variance to
            mean), `histogram` ({"edges": [...], "counts": [...]}, one edge more than counts); of angles `unit`
            (degrees, radians); of masks `encoding` (class-index, black-white, color-masks), `foreground_fraction`,
            `ignored_fraction`; of boxes `format` (xyxy, xywh, cxcywh), `normalised`, `objects`, `backgrounds` (images
            without objects), `masks` and `keypoints` (how many objects have them), `category_ids` (in the order of
            `classes`, where they aren't 0, 1, 2, ...); of tokens `padding`, `longest`,
            `scheme` (BIO, BIOES, IOB1, none). Beside these `distinct`, `infinite` (rows that are infinite in float32),
            `names` (of class numbers, where the file has them); of several numbers `each` (minimum, maximum, mean, std,
            median, quantiles and outlier_fraction of every one); of embeddings `dimension`, `norms`; of pairs and
            triplets `duplicates`, `identical`, `longer_fraction` (the chosen text is the longer one). `separator` is ""
            where rows hold lists.
        findings: what to know before training, a sentence each: empty classes, duplicates, outliers.
    """

    source: str
    columns: tuple[str, ...]
    storage: Storage
    kind: str
    confidence: float
    evidence: tuple[str, ...]
    rival: str = ""
    question: str = ""
    rows: int = 0
    missing: int = 0
    classes: tuple[ClassCount, ...] = ()
    ignore: int | None = None
    numbers: Mapping[str, Any] = {}
    findings: tuple[str, ...] = ()
