"""Labels of tokens as spans: which scheme they follow, and where they break it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

TAG = re.compile(r"(?P<prefix>[BIESLUM])[-_](?P<type>.+)")
OUTSIDE = ("O", "OUT")
PREFIXES = tuple("BIESLUM")
OPENS, INSIDE, GOES_ON, CLOSES = tuple("BSU"), tuple("BIM"), tuple("IELM"), tuple("ESUL")


Pair = tuple[str, str]
"""A tag and the one before it; "" stands for the start and the end of a sentence."""


class Spans(NamedTuple):
    """What pairs of tags tell.

    Args:
        prefixes: tokens by the letter before the type.
        types: spans by type.
        loose: tokens that go on with a span that isn't there, by their pair.
        adjacent: B- right after a token of its type: there alone IOB1 writes it.
        unclosed: spans that end without E- or L-.
    """

    prefixes: Counter[str]
    types: Counter[str]
    loose: Counter[Pair]
    adjacent: int
    unclosed: int


def is_span(tag: str) -> bool:
    """Whether a tag belongs to a span, or says that there is none."""
    return tag in OUTSIDE or TAG.fullmatch(tag) is not None


def spans_of(pairs: Mapping[Pair, int]) -> Spans:
    """The spans of sentences, from how often each pair of neighbours occurs."""
    prefixes: Counter[str] = Counter()
    types: Counter[str] = Counter()
    loose: Counter[Pair] = Counter()
    adjacent = unclosed = 0
    for pair, count in pairs.items():
        (closing, old), (prefix, new) = map(parted, pair)
        together = old == new and closing not in CLOSES
        if closing in INSIDE and not (together and prefix in GOES_ON):
            unclosed += count
        if prefix not in PREFIXES:
            continue
        prefixes[prefix] += count
        adjacent += count * (prefix == "B" and old == new)
        if prefix in OPENS or not together:
            types[new] += count
        if prefix in GOES_ON and not together:
            loose[pair] += count
    return Spans(prefixes, types, loose, adjacent, unclosed)


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
    only_between = spans.prefixes["B"] == spans.adjacent
    return "IOB1" if only_between and spans.loose.total() > spans.prefixes["B"] else "BIO"


def broken(spans: Spans, places: Mapping[Pair, str]) -> list[str]:
    """Sentences on what breaks the scheme, or makes it another than most tools expect.

    Args:
        places: where each pair is first.
    """
    name, told = scheme(spans), []
    if name == "IOB1":
        return ["spans begin with I-, and B- only parts neighbours (IOB1): seqeval and most tools expect B- (IOB2)"]
    if name == "IO":
        return ["spans have no B-: neighbours of one type run together"]
    if spans.loose:
        tags: Counter[str] = Counter()
        for (_, tag), count in spans.loose.items():
            tags[tag] += count
        said = ", ".join(f"{tag} ({count:,})" for tag, count in tags.most_common(5))
        first = places[next(iter(spans.loose))]
        told.append(f"{tags.total():,} tokens go on with a span that didn't begin: {said}; as at {first}")
    if name in ("BIOES", "BILOU") and spans.unclosed:
        end = "E-" if name == "BIOES" else "L-"
        told.append(f"{spans.unclosed:,} spans end without {end}")
    return told
