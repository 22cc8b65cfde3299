"""How often the classes occur, in numbers and in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lossadvisor.labels.records import ClassCount

FEW = 8  # names that fit into a sentence
SCARCE = 10  # below that a class can hardly be learned or measured: a rule of thumb


def imbalance(classes: Iterable[ClassCount]) -> dict[str, Any]:
    """`imbalance_ratio` and `rarest` of the classes that occur; {} where none does."""
    there = [each for each in classes if each.samples]
    if not there:
        return {}
    rarest = min(there, key=lambda each: each.samples)
    return {"imbalance_ratio": max(each.samples for each in there) / rarest.samples, "rarest": rarest.value}


def rare(classes: Sequence[ClassCount], unit: str) -> list[str]:
    """Sentences on classes without samples, and with next to none."""
    empty = [str(each.value) for each in classes if not each.samples]
    scarce = [f"{each.value} ({each.samples})" for each in classes if 0 < each.samples < SCARCE]
    told = []
    if empty:
        told.append(f"{len(empty):,} of {len(classes):,} classes never occur: {several(empty)}")
    if scarce:
        have = "1 class has" if len(scarce) == 1 else f"{len(scarce):,} classes have"
        told.append(f"{have} fewer than {SCARCE} {unit}: {several(scarce)}")
    return told


def several(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - FEW:,} more" if len(names) > FEW else ""
    return ", ".join(map(readable, names[:FEW])) + more


def readable(name: str) -> str:
    """A name on one line: what can't be printed (escape codes among it) is spelled out."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in name) or '""'
