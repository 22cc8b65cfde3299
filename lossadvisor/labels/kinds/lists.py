"""Columns that hold a list per row: tags, labels of tokens, boxes, embeddings."""

from __future__ import annotations

from typing import Any, NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.labels.kinds.judge import SETTLED
from lossadvisor.labels.kinds.matrices import Rows
from lossadvisor.labels.kinds.questions import READINGS
from lossadvisor.labels.kinds.several import profile_rows
from lossadvisor.labels.kinds.single import of_classes, tidy
from lossadvisor.labels.records import ClassCount, LabelProfile, Storage
from lossadvisor.labels.tables.blocks import blocks_of_table
from lossadvisor.labels.tables.columns import Column
from lossadvisor.labels.tables.counting import TEXT, read_column
from lossadvisor.labels.tables.surveys import survey
from lossadvisor.labels.tables.table import Table, quoted

WIDEST = 4_096
CODES = (-100, -1)


def is_list(stored: str) -> bool:
    return stored.endswith("]")


def profile_list(table: Table, name: str, *, source: str, kind: str = "") -> LabelProfile:
    """The profile of a column of lists.

    Raises:
        UserError: the lists are nested, or all empty.
    """
    column, stored = quoted(name), table.columns[name]
    inner = stored[: stored.rindex("[")]
    if is_list(inner) or inner.upper().startswith(("STRUCT", "MAP")):
        raise UserError(f"column {name!r} holds {stored}: lists of lists aren't labels that can be profiled here",
                        place=table.place, hint="save the labels as an array (.npy)")  # fmt: skip
    repeated = f"sum(CASE WHEN len({column}) > len(list_distinct({column})) THEN 1 ELSE 0 END)"
    counts = f"count(*) AS n, count({column}) AS m, min(len({column})) AS lo, max(len({column})) AS hi"
    asked = table.ask(f"SELECT {counts}, {repeated} AS r FROM {table.origin}")  # noqa: S608
    rows, present, low, high, repeats = asked[0]
    if not high:
        raise UserError(f"column {name!r} has no values: all {rows} lists are empty or missing", place=table.place)
    if low == high and high > 1 and not inner.upper().startswith(TEXT):
        return as_rows(table, name, int(high), source=source, kind=kind)
    each = table._replace(
        origin=f"(SELECT unnest({column}) AS {column} FROM {table.origin}) AS parts",  # noqa: S608
        columns={name: inner},
    )
    parts = read_column(each, name)
    lengths = Lengths(int(rows), int(present), int(high), int(repeats or 0))
    return as_parts(parts, lengths, source=source, form=table.format, kind=kind)


def as_rows(table: Table, name: str, width: int, *, source: str, kind: str) -> LabelProfile:
    """Lists of one length are rows of numbers."""
    if width > WIDEST:
        raise UserError(f"the lists of column {name!r} have {width:,} values (at most {WIDEST:,})", place=table.place)
    places = {f"{place}": table.columns[name].rpartition("[")[0] for place in range(width)}
    spread = ", ".join(f"{quoted(name)}[{place + 1}] AS {quoted(str(place))}" for place in range(width))
    wide = table._replace(origin=f"(SELECT {spread} FROM {table.origin}) AS spread", columns=places)  # noqa: S608
    seen = survey(blocks_of_table(wide, list(places)))
    storage = Storage(table.format, table.columns[name].lower(), (seen.rows, width))
    return profile_rows(Rows(seen, (name,)), source=source, storage=storage, kind=kind)


class Lengths(NamedTuple):
    """Of lists: rows, rows that have one, the longest, and those in which a value comes again."""

    rows: int
    present: int
    longest: int
    repeats: int


def as_parts(parts: Column, lengths: Lengths, *, source: str, form: str, kind: str) -> LabelProfile:
    """Lists of different lengths are labels of tokens, in their order, or sets of labels."""
    chosen, confidence, evidence = judge_parts(parts, lengths, kind)
    rival = {"token-labels": "delimited-labels", "delimited-labels": "token-labels"}[chosen]
    open_ = confidence <= SETTLED
    ignore = next((code for code in CODES if any(value == code for value, _ in parts.values)), None)
    classes = tuple(ClassCount(value, count) for value, count in parts.values if value != ignore)
    numbers: dict[str, Any] = dict(of_classes(classes))
    if chosen == "token-labels":
        numbers |= {"padding": ignore, "longest": lengths.longest}
    else:
        numbers |= {"separator": "", "labels_per_sample": tidy(parts.rows / lengths.rows)}
    return LabelProfile(
        source=source,
        columns=(parts.name,),
        storage=Storage(form, f"{parts.stored}[]", (lengths.rows, None)),
        kind=chosen,
        confidence=confidence,
        evidence=evidence,
        rival=rival if open_ else "",
        question=f"{parts.name!r} has lists: {READINGS[chosen]}, or {READINGS[rival]}?" if open_ else "",
        rows=lengths.rows,
        missing=lengths.rows - lengths.present,
        classes=classes,
        ignore=ignore,
        findings=() if chosen == "token-labels" else ("each row holds a list of labels: there is no string to split",),
        numbers=numbers | ({"names": list(parts.names)} if parts.names else {}),
    )


def judge_parts(parts: Column, lengths: Lengths, kind: str) -> tuple[str, float, tuple[str, ...]]:
    """The kind of lists of different lengths, how sure that is, and why."""
    again = f"in {lengths.repeats:,} of {lengths.rows:,} lists a value comes again"
    size = f"lists of up to {lengths.longest} values, {len(parts.values):,} different ones"
    if kind in ("token-labels", "delimited-labels"):
        return kind, 1.0, ("you say so", size)
    if kind:
        raise UserError(
            f"column {parts.name!r} holds lists of different lengths: they can't be {kind!r}", place="--kind"
        )
    if lengths.repeats:
        return "token-labels", 0.95 if lengths.repeats > 0.2 * lengths.present else 0.7, (size, again)
    return "delimited-labels", 0.93, (size, "no value comes twice in a list")
