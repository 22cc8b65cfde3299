"""The kind of a column: the hypotheses weighed against each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.labels.kinds import texts
from lossadvisor.labels.kinds.codes import Code, find_code, without
from lossadvisor.labels.kinds.integers import INTEGERS
from lossadvisor.labels.kinds.looks import Hypothesis, look_at
from lossadvisor.labels.kinds.reals import REALS
from lossadvisor.labels.kinds.words import speaks_for
from lossadvisor.labels.records import KINDS
from lossadvisor.labels.tables.columns import Column

FACTOR = 3  # of the odds, when the name of the column speaks for a kind
SETTLED = 0.9  # above, nothing is left to ask


class Verdict(NamedTuple):
    """What a column is, and what it may be instead.

    Args:
        column: without the rows that have the code.
        code: what stands for "not labelled".
        doubt: whether `rival` takes the code for a value.
    """

    kind: str
    confidence: float
    evidence: tuple[str, ...]
    rival: str
    column: Column
    code: Code | None = None
    doubt: bool = False


class Candidate(NamedTuple):
    """A hypothesis on the column as it is, or without the rows that have a code."""

    hypothesis: Hypothesis
    column: Column
    code: Code | None


def judge(column: Column, *, kind: str = "") -> Verdict:
    """The best kind and the next; `kind` is the user's word, which settles it.

    Raises:
        UserError: the values can't be of that kind.
    """
    if column.distinct == 1 and not kind:
        return constant(column)
    ranked = sorted(candidates(column), key=lambda each: each.hypothesis.score, reverse=True)
    if kind:
        return settled(column, kind, ranked)
    best = ranked[0]
    rival = next((each for each in ranked[1:] if each.hypothesis.kind != best.hypothesis.kind), None)
    confidence = share(best, rival)
    plausible = rival if rival and rival.hypothesis.score > 0.02 else None
    doubt = plausible is not None and (best.code is None) != (plausible.code is None)
    return Verdict(
        best.hypothesis.kind,
        round(confidence, 2),
        evidence_of(best),
        plausible.hypothesis.kind if plausible else "",
        best.column,
        best.code,
        doubt,
    )


def share(best: Candidate, rival: Candidate | None) -> float:
    second = rival.hypothesis.score if rival else 0.0
    return best.hypothesis.score / (best.hypothesis.score + second + 0.01) if best.hypothesis.score else 0.0


def candidates(column: Column) -> Iterable[Candidate]:
    """All hypotheses on the column as it is, and without what may be a code."""
    code = find_code(column)
    for hypothesis in weighed(column):
        score = hypothesis.score * (1 - code.sure if code else 1.0)
        yield Candidate(hypothesis._replace(score=score), column, None)
    if code:
        rest = without(column, code)
        for hypothesis in weighed(rest) if rest.distinct > 1 else ():
            yield Candidate(hypothesis._replace(score=hypothesis.score * code.sure), rest, code)


def weighed(column: Column) -> list[Hypothesis]:
    """The hypotheses, each with the weight that the column's name gives it."""
    if column.numeric:
        look = look_at(column)
        found = [hypothesis(look) for hypothesis in (*INTEGERS, *REALS)]
    elif column.dtype == "bool":
        found = [Hypothesis("binary", 0.99, ("true and false",))]
    elif column.dtype == "date":
        found = [Hypothesis("date", 0.99, (f"a column of type {column.stored}",))]
    else:
        text = texts.look_at_text(column)
        found = [hypothesis(text) for hypothesis in texts.TEXTS]
    named = [with_name(hypothesis, column.name) for hypothesis in found]
    return [with_names(hypothesis, column) for hypothesis in named] if column.names else named


def with_name(hypothesis: Hypothesis, name: str) -> Hypothesis:
    """Its odds times FACTOR, if the column's name speaks for it; a name of classes speaks against an order."""
    if hypothesis.kind == "ordinal" and speaks_for(name, "class-index") and not speaks_for(name, "ordinal"):
        return hypothesis._replace(score=hypothesis.score / FACTOR)
    if not hypothesis.score or not speaks_for(name, hypothesis.kind):
        return hypothesis
    odds = FACTOR * hypothesis.score / (1 - hypothesis.score)
    return Hypothesis(hypothesis.kind, odds / (1 + odds), (*hypothesis.evidence, f"the column is called {name!r}"))


def with_names(hypothesis: Hypothesis, column: Column) -> Hypothesis:
    """Class numbers whose names the file knows are class numbers."""
    if hypothesis.kind not in ("class-index", "binary") or not hypothesis.score:
        return hypothesis._replace(score=hypothesis.score / 50)
    named = f"the file names {len(column.names)} classes"
    return Hypothesis(hypothesis.kind, 0.99, (named, *hypothesis.evidence))


def evidence_of(candidate: Candidate) -> tuple[str, ...]:
    code = candidate.code
    told = (f"{code.value} ({code.rows:,} rows) stands for a missing label",) if code else ()
    return candidate.hypothesis.evidence + told


def constant(column: Column) -> Verdict:
    """A column of one value; with gaps it may be a yes whose no was left out."""
    value = column.values[0][0]
    said = (f"all {column.valid:,} values are {value!r}",)
    if column.missing and column.valid > 1:
        return Verdict("constant", 0.7, (*said, f"{column.missing:,} rows are missing"), "binary", column)
    return Verdict("constant", 1.0, said, "", column)


FIT_FOR_NUMBERS = (
    *("class-index", "ordinal", "count", "zero-inflated-count", "positive", "zero-inflated-positive", "bounded"),
    *("real", "angle", "probabilities", "identifier", "date", "text"),
)
FIT_FOR_TEXT = ("class-name", "ordinal", "delimited-labels", "identifier", "date", "text")


def settled(column: Column, kind: str, ranked: Sequence[Candidate]) -> Verdict:
    """The verdict that the user gave."""
    known = next((each for each in ranked if each.hypothesis.kind == kind and each.hypothesis.score), None)
    subject = known.column if known else column
    check_possible(subject, kind)
    seen = evidence_of(known) if known else ()
    return Verdict(kind, 1.0, ("you say so", *seen), "", subject, known.code if known else None)


def check_possible(column: Column, kind: str) -> None:
    """Refuse a kind that the values rule out.

    Raises:
        UserError: they do.
    """
    low, high = column.values[0][0], column.values[-1][0]
    why = ""
    if kind in ("binary", "constant"):
        right = column.distinct == (2 if kind == "binary" else 1)
        why = "" if right else f"it has {column.distinct:,} different values"
    elif kind not in (FIT_FOR_NUMBERS if column.numeric else FIT_FOR_TEXT):
        why = f"its values are {'numbers' if column.numeric else 'text'}, one per row"
    elif kind in ("class-index", "count", "zero-inflated-count") and column.dtype != "int":
        why = "not all of its values are integers"
    elif kind in ("positive", "zero-inflated-positive", "count", "zero-inflated-count") and low < 0:
        why = f"its smallest value is {low}"
    elif kind == "positive" and low == 0:
        why = "some of its values are zero"
    elif kind == "probabilities" and not 0 <= low <= high <= 1:
        why = f"its values are {low} to {high}"
    if why:
        hint = f"without --kind it is told what else they may be; kinds: {', '.join(KINDS)}"
        raise UserError(f"column {column.name!r} can't be {kind!r}: {why}", place="--kind", hint=hint)
