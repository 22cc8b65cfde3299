"""Tables whose columns tell by their names what they are: preferences, scored pairs, triplets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lossadvisor.labels.kinds.single import of_classes, of_measures, tidy
from lossadvisor.labels.records import ClassCount, LabelProfile, Storage
from lossadvisor.labels.tables.counting import read_column
from lossadvisor.labels.tables.measures import measure
from lossadvisor.labels.tables.table import Table, quoted

LEFT = ("sentence1", "text1", "text_a", "query", "question1", "premise", "sentence_a", "anchor")
RIGHT = ("sentence2", "text2", "text_b", "document", "passage", "question2", "hypothesis", "sentence_b", "positive")
SCORE = ("score", "similarity", "similarity_score", "label", "relevance")
ANSWER = ("completion", "response", "answer", "output")
LONGER = 0.6  # of the chosen answers that are the longer one, from which length may be what is learned


class Structure(NamedTuple):
    """A kind of table, and the columns that it takes, by their part."""

    kind: str
    parts: Mapping[str, str]


def find_structure(table: Table) -> Structure | None:
    """What the names of the columns make of the table, None where it is nothing of that sort."""
    lower = {name.lower(): name for name in table.columns}

    def first(*names: str) -> str:
        return next((lower[name] for name in names if name in lower), "")

    if first("chosen") and first("rejected"):
        return Structure(
            "preference-pairs", parts(prompt=first("prompt"), chosen=first("chosen"), rejected=first("rejected"))
        )
    if first("prompt") and first(*ANSWER) and first("label"):
        return Structure("thumbs", parts(prompt=first("prompt"), answer=first(*ANSWER), label=first("label")))
    if first("anchor") and first("positive") and first("negative"):
        names = (first("anchor"), first("positive"), first("negative"))
        return Structure("triplets", dict(zip(("anchor", "positive", "negative"), names, strict=True)))
    if first(*LEFT) and first(*RIGHT) and first(*SCORE):
        return Structure("scored-pairs", parts(left=first(*LEFT), right=first(*RIGHT), score=first(*SCORE)))
    return None


def parts(**names: str) -> Mapping[str, str]:
    return {part: name for part, name in names.items() if name}


def profile_structure(table: Table, structure: Structure, *, source: str) -> LabelProfile:
    """The profile of such a table."""
    columns = tuple(structure.parts.values())
    rows, missing = counted(table, structure)
    seen = dict(facts(table, structure))
    classes: tuple[ClassCount, ...] = ()
    if structure.kind == "thumbs":
        classes = tuple(
            ClassCount(value, count) for value, count in read_column(table, structure.parts["label"]).values
        )
    numbers = dict(of_classes(classes)) if classes else {}
    if structure.kind == "scored-pairs":
        numbers = dict(of_measures(measure(read_column(table, structure.parts["score"]).values)))
    return LabelProfile(
        source=source,
        columns=columns,
        storage=Storage(table.format, "text", (rows, len(columns))),
        kind=structure.kind,
        confidence=0.97,
        evidence=(f"columns {', '.join(columns)}",),
        rows=rows,
        missing=missing,
        classes=classes,
        numbers={**numbers, **seen},
        findings=tuple(findings(structure.kind, rows, missing, seen)),
    )


def value_of(name: str) -> str:
    return f"trim(CAST({quoted(name)} AS VARCHAR))"


def counted(table: Table, structure: Structure) -> tuple[int, int]:
    """Rows, and how many of them lack a part."""
    lacking = " OR ".join(f"{value_of(name)} IS NULL OR {value_of(name)} = ''" for name in structure.parts.values())
    query = f"SELECT count(*) AS n, sum(CASE WHEN {lacking} THEN 1 ELSE 0 END) AS m FROM {table.origin}"  # noqa: S608
    rows, missing = table.ask(query)[0]
    return int(rows), int(missing or 0)


def facts(table: Table, structure: Structure) -> Iterator[tuple[str, Any]]:
    """What makes pairs useless or misleading, by name."""
    told = structure.parts
    texts = [value_of(name) for part, name in told.items() if part not in ("label", "score")]
    together = " || chr(31) || ".join(f"coalesce({text}, '')" for text in texts)
    query = f"SELECT count(*) - count(DISTINCT {together}) AS d FROM {table.origin}"  # noqa: S608
    yield "duplicates", int(table.ask(query)[0][0])
    if structure.kind in ("preference-pairs", "triplets"):
        good, bad = (value_of(name) for name in list(told.values())[-2:])
        longer = f"avg(CASE WHEN length({good}) > length({bad}) THEN 1e0 ELSE 0e0 END)"
        same = f"sum(CASE WHEN {good} = {bad} THEN 1 ELSE 0 END)"
        alike, share = table.ask(f"SELECT {same} AS s, {longer} AS l FROM {table.origin}")[0]  # noqa: S608
        yield from (("identical", int(alike or 0)), ("longer_fraction", tidy(float(share or 0))))


def findings(kind: str, rows: int, missing: int, seen: Mapping[str, Any]) -> Iterator[str]:
    if missing:
        yield f"{missing:,} of {rows:,} rows lack a part"
    if seen.get("duplicates"):
        yield f"{seen['duplicates']:,} rows are there more than once: keep copies out of the validation set"
    if seen.get("identical"):
        yield f"in {seen['identical']:,} rows both texts are the same: they teach nothing"
    share = seen.get("longer_fraction", 0.5)
    if kind == "preference-pairs" and share > LONGER:
        yield f"the chosen answer is the longer one in {share:.0%} of the rows: length may be what is learned"
