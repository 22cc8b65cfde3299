"""Profiles written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lossadvisor.labels.records import ClassCount, LabelProfile, Storage


def written(given: Mapping[str, Any]) -> LabelProfile:
    """A profile from what a test says about it; `classes` maps values to samples, `dtype` and `format` are short."""
    fields = {"source": "labels.csv", "columns": ("y",), "confidence": 0.97, "evidence": ("seen",), **given}
    storage = Storage(fields.pop("format", "csv"), fields.pop("dtype", "int64"), tuple(fields.pop("shape", [None])))
    classes = tuple(ClassCount(value, samples) for value, samples in dict(fields.pop("classes", {})).items())
    fields.setdefault("rows", sum(each.samples for each in classes) or 100)
    lists = {name: tuple(fields[name]) for name in ("columns", "evidence", "findings") if name in fields}
    return LabelProfile(**{**fields, **lists, "storage": storage, "classes": classes})
