"""The picture of a distribution: which bars it has, and as a file."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.files import check_new, write_new
from lossadvisor.labels.frequency import readable
from lossadvisor.labels.records import ClassCount, LabelProfile

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BARS = 20  # classes beyond that are told, not drawn, unless it is one or two
RAREST = 3  # of those that are drawn: the end of a long tail is what the loss is about
BLUE = "#0072B2"  # of Okabe and Ito's colours: seen by all
COUNTED: Mapping[str, str] = {
    "token-labels": "tokens",
    "mask": "pixels",
    "boxes": "boxes",
    "multi-hot": "positives",
    "delimited-labels": "positives",
}
"""What a class is counted in; samples where the kind is not named here."""
IN_ORDER = ("ordinal", "count", "zero-inflated-count", "binary")


class Bar(NamedTuple):
    """How many samples (tokens, pixels, ...) a class or a range of numbers has, and their share of all."""

    label: str
    samples: int
    share: float


class Picture(NamedTuple):
    """What is drawn: a title, bars, and a sentence after `position` of them for those that are left out."""

    title: str
    bars: tuple[Bar, ...]
    position: int = 0
    left_out: str = ""


def picture(profile: LabelProfile) -> Picture | None:
    """The bars of the classes, or of the ranges of a histogram; None where there is nothing to draw."""
    if profile.classes:
        return of_classes(profile)
    histogram = profile.numbers.get("histogram")
    return of_histogram(histogram) if histogram and sum(histogram["counts"]) else None


def of_classes(profile: LabelProfile) -> Picture:
    """The classes, the most frequent first unless they have an order; of many the first, and the rarest."""
    unit = COUNTED.get(profile.kind, "samples")
    classes: Sequence[ClassCount] = profile.classes
    if profile.kind not in IN_ORDER or len(classes) > BARS:
        classes = sorted(classes, key=lambda each: -each.samples)
    counted = sum(each.samples for each in classes)
    # Several labels per sample: the share is that of the samples which have the label.
    whole = profile.rows - profile.missing if unit == "positives" else counted
    bars = [Bar(readable(str(each.value)), each.samples, each.samples / whole if whole else 0.0) for each in classes]
    title = f"{counted:,} {unit} in {len(classes):,} classes"
    first = BARS - RAREST
    hidden = bars[first:-RAREST]
    if len(hidden) < RAREST:
        return Picture(title, tuple(bars))
    most, least = hidden[0].samples, hidden[-1].samples
    told = f"and {len(hidden):,} more, {f'{most:,} to {least:,}' if most > least else f'{least:,}'} {unit} each"
    return Picture(title, (*bars[:first], *bars[-RAREST:]), first, told)


def of_histogram(histogram: Mapping[str, Sequence[float]]) -> Picture:
    """The ranges of a histogram; neighbours are put together until there are few enough."""
    edges, counts = list(histogram["edges"]), [int(count) for count in histogram["counts"]]
    while len(counts) > BARS:
        counts = [sum(counts[at : at + 2]) for at in range(0, len(counts), 2)]
        edges = [*edges[:-1:2], edges[-1]]
    total = sum(counts)
    ranges = zip(edges, edges[1:], counts, strict=False)
    bars = tuple(Bar(between(low, high), count, count / total) for low, high, count in ranges)
    whole = all(edge % 1 == 0.5 for edge in edges)
    first, last = (edges[0] + 0.5, edges[-1] - 0.5) if whole else (edges[0], edges[-1])
    return Picture(f"{total:,} samples from {short(first)} to {short(last)}", bars)


def between(low: float, high: float) -> str:
    """A range in words; one between two halves holds whole numbers."""
    if low % 1 == high % 1 == 0.5:
        low, high = low + 0.5, high - 0.5
    return short(low) if low == high else f"{short(low)} to {short(high)}"


def short(number: float) -> str:
    return f"{number:,.0f}" if 1e4 <= abs(number) < 1e15 else f"{number:.4g}"


def percent(share: float) -> str:
    return "<0.1 %" if 0 < share < 0.001 else f"{100 * share:.1f} %"


def save_distribution(profile: LabelProfile, path: Path, *, force: bool) -> None:
    """Write the distribution as a picture, atomically.

    Raises:
        UserError: no format has that suffix, the file exists and `force` is off, there is nothing to draw, or
            matplotlib is missing.
    """
    from lossadvisor.plot.figure import format_of

    ending = format_of(path)
    check_new(path, force=force)
    drawn = picture(profile)
    if drawn is None:
        raise UserError(f"there is no distribution to draw: the labels are {profile.kind}", place=profile.source)
    write_new(path, rendered(drawn, ending), force=force)


def rendered(drawn: Picture, ending: str) -> bytes:
    """The picture as the bytes of a file; the same for the same input."""
    from lossadvisor.plot.figure import file_of

    gap = drawn.position if drawn.left_out else len(drawn.bars)
    places = [at + (at >= gap) for at in range(len(drawn.bars))]

    def draw(canvas: Figure) -> None:
        axes = canvas.add_subplot()
        bars = axes.barh(places, [bar.samples for bar in drawn.bars], color=BLUE)
        axes.bar_label(bars, [f"{bar.samples:,}  ({percent(bar.share)})" for bar in drawn.bars], padding=3)
        axes.set_yticks(places, [shortened(bar.label) for bar in drawn.bars], parse_math=False)
        axes.text(0.01, gap, drawn.left_out, transform=axes.get_yaxis_transform(), va="center", parse_math=False)
        axes.set_ylim(places[-1] + 0.6, -0.6)
        axes.margins(x=0.18)
        axes.set_title(drawn.title, loc="left", parse_math=False)
        axes.xaxis.set_visible(False)
        axes.spines[["top", "right", "bottom"]].set_visible(False)

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a script that the font lacks
        return file_of((8, 1 + 0.26 * (places[-1] + 1)), draw, ending)


def shortened(label: str) -> str:
    return label if len(label) <= 40 else f"{label[:39]}…"
