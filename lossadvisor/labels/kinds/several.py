"""The profile of several numbers per sample."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lossadvisor.errors import UserError
from lossadvisor.labels.kinds.codes import find_code
from lossadvisor.labels.kinds.judge import SETTLED
from lossadvisor.labels.kinds.looks import Hypothesis
from lossadvisor.labels.kinds.matrices import Rows, named_format, weigh
from lossadvisor.labels.kinds.questions import READINGS, number
from lossadvisor.labels.kinds.single import of_classes, tidy
from lossadvisor.labels.records import ClassCount, LabelProfile, Storage
from lossadvisor.labels.tables.columns import of_counts
from lossadvisor.labels.tables.measures import coarse
from lossadvisor.labels.tables.samples import QUARTILES
from lossadvisor.labels.tables.surveys import Survey

IGNORED = (-100, -1, 255)
LIKELY = 0.9  # how sure it must be that a number is a code for missing ones


def profile_rows(rows: Rows, *, source: str, storage: Storage, kind: str = "") -> LabelProfile:
    """The profile of rows of numbers; `kind` is the user's word on what they are.

    Raises:
        UserError: they can't be of that kind.
    """
    ranked = weigh(rows)
    best, rival = choose(rows, ranked, kind)
    confidence = 1.0 if kind else round(best.score / (best.score + (rival.score if rival else 0) + 0.01), 2)
    ignore = ignored(rows, best.kind)
    classes = classes_of(rows, best.kind, ignore)
    plausible = rival.kind if rival and rival.score > 0.02 else ""
    asked = ask(rows, best.kind, plausible, confidence) if not kind else ("", "")
    return LabelProfile(
        source=source,
        columns=rows.names,
        storage=storage,
        kind=best.kind,
        confidence=min(confidence, 0.6 if asked[1] == best.kind else 1.0),
        evidence=(*(["you say so"] if kind else []), *best.evidence),
        rival=asked[1] or ("" if kind else plausible),
        question=asked[0],
        rows=rows.survey.rows,
        missing=rows.survey.missing,
        classes=classes,
        ignore=ignore,
        numbers=dict(numbers_of(rows, best.kind, classes, ignore)),
        findings=tuple(findings(rows, best.kind, classes)),
    )


def choose(rows: Rows, ranked: list[Hypothesis], kind: str) -> tuple[Hypothesis, Hypothesis | None]:
    if not kind:
        return ranked[0], ranked[1]
    possible = [each for each in ranked if each.score]
    found = next((each for each in possible if each.kind == kind), None)
    if not found:
        hint = f"they can be: {', '.join(each.kind for each in possible)}"
        raise UserError(f"{rows.survey.width} numbers per row can't be {kind!r}", place="--kind", hint=hint)
    return found, None


def ask(rows: Rows, kind: str, rival: str, confidence: float) -> tuple[str, str]:
    """What to ask, and between which kinds; of boxes the format may be all that is open."""
    width = rows.survey.width
    called = f"{rows.names[0]!r}" if len(rows.names) == 1 else f"{', '.join(rows.names[:4])}"
    if kind == "boxes" and not box_format(rows) and confidence > SETTLED:
        return f"{called}: are the first two numbers of a box its corner, or its centre?", "boxes"
    if confidence > SETTLED or not rival:
        return "", rival
    told = (READINGS[each].format(k=number(width)) for each in (kind, rival))
    return f"{called} has {width} numbers per row, {rows.span}: {', or '.join(told)}?", rival


def ignored(rows: Rows, kind: str) -> int | None:
    """The value that stands for no label."""
    if kind not in ("token-labels", "mask"):
        return None
    there = [value for value, _ in rows.survey.values]
    code = next((value for value in IGNORED if value in there), None)
    lonely = code in (-100, -1) or (code == 255 and there[-2] < 254)
    if lonely:
        return code
    filler, ended = rows.survey.tails
    return 0 if kind == "token-labels" and ended and filler == 0 else None


def classes_of(rows: Rows, kind: str, ignore: int | None) -> tuple[ClassCount, ...]:
    seen = rows.survey
    if kind in ("one-hot", "multi-hot", "probabilities"):
        names: tuple[Any, ...] = rows.names if len(rows.names) == seen.width else tuple(range(seen.width))
        return tuple(ClassCount(name, round(total)) for name, total in zip(names, seen.totals, strict=True))
    if kind in ("token-labels", "mask"):
        return tuple(ClassCount(value, count) for value, count in seen.values if value != ignore)
    return ()


def numbers_of(rows: Rows, kind: str, classes: tuple[ClassCount, ...], ignore: int | None) -> Iterator[tuple[str, Any]]:
    seen = rows.survey
    if any(each.samples for each in classes):
        yield from of_classes(classes)
    if kind == "multi-hot":
        yield "labels_per_sample", tidy(sum(seen.totals) / max(seen.valid, 1))
        yield "empty", [each.value for each in classes if not each.samples]
    elif kind == "boxes":
        yield "normalised", rows.high <= 1.01
        if form := box_format(rows):
            yield "format", form
    elif kind == "token-labels":
        yield from (("padding", ignore), ("longest", seen.longest))
    elif kind == "mask" and any(value == 0 for value, _ in seen.values):
        total = sum(each.samples for each in classes)
        yield "foreground_fraction", tidy(sum(each.samples for each in classes if each.value) / total)
    elif kind == "embeddings":
        yield from (("dimension", seen.width), ("norms", [tidy(norm) for norm in seen.norms]))
    if kind in ("multi-real", "embeddings", "boxes"):
        yield "minimum", tidy(rows.low)
        yield "maximum", tidy(rows.high)
    if kind == "multi-real" and seen.spreads:
        yield "each", [of_column(seen, place) for place in range(seen.width)]
        yield "outlier_fraction", tidy(max(each.outlier_fraction for each in seen.spreads))


def of_column(seen: Survey, place: int) -> dict[str, Any]:
    """What was measured of one of the numbers; nothing where it is always missing."""
    count, spread = seen.present[place], seen.spreads[place]
    if not count or not spread.quartiles:
        return {}
    told = {
        "minimum": seen.lows[place],
        "maximum": seen.highs[place],
        "mean": seen.totals[place] / count,
        "std": math.sqrt(seen.squares[place] / count),
        "median": spread.quartiles[1],
        "outlier_fraction": spread.outlier_fraction,
    }
    quantiles = {f"{share:g}": tidy(value) for share, value in zip(QUARTILES, spread.quartiles, strict=True)}
    return {**{name: tidy(value) for name, value in told.items()}, "quantiles": quantiles}


def box_format(rows: Rows) -> str:
    """xyxy, xywh or cxcywh, "" where neither names nor numbers tell."""
    seen = rows.survey
    named = named_format(rows.names)
    if named or seen.corners == seen.valid:
        return named or "xyxy"
    corner_fits = rows.high <= 1.01 and all(seen.highs[place] + seen.lows[place + 2] <= 1.01 for place in (0, 1))
    if rows.high <= 1.01 and seen.inside == seen.valid and not corner_fits:
        return "cxcywh"
    return "xywh" if rows.high <= 1.01 and seen.inside < 0.9 * seen.valid else ""


def findings(rows: Rows, kind: str, classes: tuple[ClassCount, ...]) -> Iterator[str]:
    seen = rows.survey
    if seen.missing:
        yield f"{seen.missing:,} of {seen.rows:,} rows have a number missing or infinite"
    empty = [str(each.value) for each in classes if not each.samples]
    if empty and kind in ("one-hot", "multi-hot"):
        yield f"{len(empty)} of {len(classes)} columns are always zero: {', '.join(empty[:5])}"
    if kind == "multi-hot" and seen.none:
        yield f"{seen.none:,} rows have no label"
    if kind == "multi-real":
        yield from of_scales(rows)


def of_scales(rows: Rows) -> Iterator[str]:
    """What to know of several columns of numbers: their scales, constant ones, and codes for missing numbers."""
    seen = rows.survey
    called = rows.names if len(rows.names) == seen.width else tuple(f"column {place}" for place in range(seen.width))
    widths = [math.sqrt(squares / max(count, 1)) for squares, count in zip(seen.squares, seen.present, strict=True)]
    varying = [width for width in widths if width]
    if varying and max(varying) > 10 * min(varying):
        yield "the numbers differ in scale more than tenfold: the program scales each, lest the largest decide the loss"
    for name, total, count, width in zip(called, seen.totals, seen.present, widths, strict=True):
        if said := coarse(total / max(count, 1), width):
            yield f"{name!r}: {said}"
    still = [name for name, width in zip(called, widths, strict=True) if not width]
    if still:
        yield f"{len(still)} of {seen.width} columns never vary: {', '.join(still[:5])}"
    for name, spread in zip(called, seen.spreads, strict=False):
        code = find_code(of_counts(name, Counter(spread.values.tolist())))
        if code and code.sure > LIKELY:
            share = f"{code.rows / len(spread.values):.1%} of its rows"
            yield f"{name!r} is {code.value} in {share}: if that means missing, leave it empty"
