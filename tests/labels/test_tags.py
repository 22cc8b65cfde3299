"""Spans are told from neighbours of tags, in each scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.labels.formats.tags import Pair, broken, scheme, spans_of

Span = tuple[str, int]  # type ("" outside) and length
SENTENCES = st.lists(st.lists(st.tuples(st.sampled_from(["", "X", "Y"]), st.integers(1, 4)), min_size=1), min_size=1)


def bio(kind: str, length: int) -> list[str]:
    return [f"B-{kind}", *[f"I-{kind}"] * (length - 1)]


def bioes(kind: str, length: int) -> list[str]:
    return [f"S-{kind}"] if length == 1 else [f"B-{kind}", *[f"I-{kind}"] * (length - 2), f"E-{kind}"]


def bilou(kind: str, length: int) -> list[str]:
    return [tag.replace("S-", "U-").replace("E-", "L-") for tag in bioes(kind, length)]


def pairs(sentences: list[list[Span]], write: Callable[[str, int], list[str]]) -> Counter[Pair]:
    found: Counter[Pair] = Counter()
    for sentence in sentences:
        tags = [tag for kind, length in sentence for tag in (write(kind, length) if kind else ["O"] * length)]
        found.update(pairwise(["", *tags, ""]))
    return found


@pytest.mark.parametrize("write", [bio, bioes, bilou])
@given(sentences=SENTENCES)
def test_well_formed_spans_are_counted_and_break_nothing(
    write: Callable[[str, int], list[str]], sentences: list[list[Span]]
) -> None:
    spans = spans_of(pairs(sentences, write))
    assert spans.types == Counter(kind for sentence in sentences for kind, _ in sentence if kind)
    assert not spans.loose
    if write is not bio:
        assert not spans.unclosed
    if not (write is bio and spans.prefixes["B"] == spans.adjacent):
        assert not broken(spans, {})


@given(sentences=SENTENCES)
def test_iob1_counts_the_same_spans(sentences: list[list[Span]]) -> None:
    found: Counter[Pair] = Counter()
    for sentence in sentences:
        tags, before = [], ""
        for kind, length in sentence:
            tags += (
                ["O"] * length
                if not kind
                else [f"{'B' if kind == before else 'I'}-{kind}", *[f"I-{kind}"] * (length - 1)]
            )
            before = kind
        found.update(pairwise(["", *tags, ""]))
    spans = spans_of(found)
    assert spans.types == Counter(kind for sentence in sentences for kind, _ in sentence if kind)
    assert scheme(spans) in ("IOB1", "IO", "BIO", "none")


def test_a_span_that_goes_on_from_another_type_is_loose() -> None:
    found = Counter({("", "B-X"): 1, ("B-X", "I-Y"): 3, ("I-Y", ""): 1})
    assert broken(spans_of(found), {("B-X", "I-Y"): "a.txt:7"}) == [
        "3 tokens go on with a span that didn't begin: I-Y (3); as at a.txt:7"
    ]
