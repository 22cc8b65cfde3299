"""Bars in the terminal: as committed at three widths, and within any width."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from lossadvisor.labels.records import ClassCount, LabelProfile, Storage
from lossadvisor.report.distribution import compact, distribution, show_distribution

HERE = Path(__file__).parent
LONG_TAIL = tuple(ClassCount(f"class {at}", 100_000 // (at * at + 1)) for at in range(40))
NAMES = ("cat", "Straße 日本", "an [bold]unusually[/] long name of a class", "\x1b[31mred", "never")
HISTOGRAM = {"edges": [-1.5, 0.0, 1.5, 3.0, 4.5], "counts": [3, 60, 25, 0]}
WHOLE = {"edges": [-0.5, 0.5, 1.5, 9.5, 99999.5], "counts": [900, 50, 40, 1]}


def profile(kind: str, **fields: object) -> LabelProfile:
    return LabelProfile("labels", (), Storage("csv", "string", (100,)), kind, 0.97, (), rows=100)._replace(**fields)


PROFILES = {
    "names": profile("class-name", classes=tuple(map(ClassCount, NAMES, (61234, 3456, 520, 12, 0)))),
    "long-tail": profile("class-index", classes=LONG_TAIL),
    "positives": profile("multi-hot", classes=(ClassCount("beach", 40), ClassCount("sunset", 75))),
    "numbers": profile("real", numbers={"histogram": HISTOGRAM}),
    "counts": profile("count", numbers={"histogram": WHOLE}),
    "pixels": profile("mask", classes=(ClassCount(0, 10**11), ClassCount(1, 10**7), ClassCount(2, 999))),
}
LOOKS = {"plain": ("utf-8", False), "colour": ("utf-8", True), "ascii": ("ascii", False)}


def shown(labels: LabelProfile, width: int, *, encoding: str = "utf-8", colour: bool = False) -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    system = "standard" if colour else None
    out = Console(
        file=file, width=width, force_terminal=colour, color_system=system, highlight=False, legacy_windows=False
    )
    show_distribution(labels, out)
    file.flush()
    return file.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("look", LOOKS)
def test_bars_look_as_committed(width: int, look: str, committed: Callable[[Path, str], None]) -> None:
    encoding, colour = LOOKS[look]
    texts = (shown(labels, width, encoding=encoding, colour=colour) for labels in PROFILES.values())
    committed(HERE / "distribution" / f"{look}-{width}.txt", "\n".join(texts))


@given(
    samples=st.lists(st.integers(0, 10**13), min_size=1, max_size=30),
    names=st.lists(st.text(max_size=30), min_size=30, max_size=30),
    width=st.integers(20, 200),
    ascii_only=st.booleans(),
)
def test_no_line_is_wider_than_the_terminal(
    samples: list[int], names: list[str], width: int, *, ascii_only: bool
) -> None:
    labels = profile("class-name", classes=tuple(map(ClassCount, names, samples)))
    lines = [line.plain for line in distribution(labels, width=width, ascii_only=ascii_only)]
    assert max(map(cell_len, lines)) <= width
    assert not ascii_only or all(line.isascii() for line in lines)
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("kind", ["text", "embeddings"])
def test_where_nothing_is_distributed_nothing_is_shown(kind: str) -> None:
    assert shown(profile(kind), 80) == ""


def test_piped_output_has_no_escape_codes() -> None:
    assert "\x1b" not in shown(PROFILES["names"], 80)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (9_999_999, "9,999,999"),
        (10**7, "10.0 M"),
        (10**9 - 1, "1,000.0 M"),
        (10**9, "1.0 G"),
        (10**13, "10.0 T"),
    ],
)
def test_large_counts_are_short(count: int, text: str) -> None:
    assert compact(count) == text
