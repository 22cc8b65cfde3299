"""Labels of tokens as spans: which scheme they follow, and where they break it."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

TAG = re.compile(r"(?P<prefix>[BIESLUM])[-_](?P<type>.+)")
OUTSIDE = ("O", "OUT")
OPENS, GOES_ON, CLOSES = "BSU", "IELM", "ESUL"


class Spans(NamedTuple):
    """What was counted along sentences; filled by `follow`.

    Args:
        prefixes: tokens by the letter before the type.
        types: spans by type.
        loose: tokens that go on with a span that isn't there, by their tag; `places` are the first of them.
        adjacent: B- right after a token of its type: there alone IOB1 writes it.
        unclosed: spans that end without E- or L-.
    """

    prefixes: Counter[str]
    types: Counter[str]
    loose: Counter[str]
    places: list[str]
    seen: Counter[str]


def no_spans() -> Spans:
    return Spans(Counter(), Counter(), Counter(), [], Counter())


def is_span(tag: str) -> bool:
    """Whether a tag belongs to a span, or says that there is none."""
    return tag in OUTSIDE or TAG.fullmatch(tag) is not None


def follow(spans: Spans, before: str, tag: str, place: str) -> None:
    """Count a tag after the one before it, "" at the start of a sentence; call it with the tag "" at the end."""
    last, this = parted(before), parted(tag)
    together = last[1] == this[1] and last[0] not in CLOSES if last[0] and this[0] else False
    if last[0] in tuple("BIM") and not (together and this[0] in tuple(GOES_ON)):
        spans.seen["unclosed"] += 1
    if not this[0]:
        return
    spans.prefixes[this[0]] += 1
    spans.seen["adjacent"] += this[0] == "B" and last[1] == this[1]
    if this[0] in OPENS or not together:
        spans.types[this[1]] += 1
    if this[0] in GOES_ON and not together:
        spans.loose[tag] += 1
        if len(spans.places) < 3:
            spans.places.append(place)


def parted(tag: str) -> tuple[str, str]:
    """Prefix and type of a tag, ("", "") outside of spans."""
    found = TAG.fullmatch(tag)
    return (found["prefix"], found["type"]) if found else ("", "")


def scheme(spans: Spans) -> str:
    """BIO, BIOES, BILOU, IOB1 (where B- only parts neighbours), IO, or none."""
    prefixes = set(spans.prefixes)
    if not prefixes:
        return "none"
    if prefixes & set("ES"):
        return "BIOES"
    if prefixes & set("LU"):
        return "BILOU"
    if "B" not in prefixes:
        return "IO"
    only_between = spans.prefixes["B"] == spans.seen["adjacent"]
    return "IOB1" if only_between and spans.loose.total() > spans.prefixes["B"] else "BIO"


def broken(spans: Spans) -> list[str]:
    """Sentences on what breaks the scheme, or makes it another than most tools expect."""
    name, told = scheme(spans), []
    if name == "IOB1":
        return ["spans begin with I-, and B- only parts neighbours (IOB1): seqeval and most tools expect B- (IOB2)"]
    if name == "IO":
        return ["spans have no B-: neighbours of one type run together"]
    if spans.loose:
        tags = ", ".join(f"{tag} ({count:,})" for tag, count in spans.loose.most_common(5))
        told.append(
            f"{spans.loose.total():,} tokens go on with a span that didn't begin: {tags}; first at {spans.places[0]}"
        )
    if name in ("BIOES", "BILOU") and spans.seen["unclosed"]:
        end = "E-" if name == "BIOES" else "L-"
        told.append(f"{spans.seen['unclosed']:,} spans end without {end}")
    return told
