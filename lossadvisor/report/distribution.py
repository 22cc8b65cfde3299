"""The distribution of classes or numbers as bars in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lossadvisor.labels.picture import Bar, percent, picture
from lossadvisor.labels.records import LabelProfile
from lossadvisor.report.verdicts import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

EIGHTHS = " ▏▎▍▌▋▊▉"
WIDEST = 60  # cells of a bar: longer ones are no clearer
NARROWEST = 4


def show_distribution(profile: LabelProfile, out: Console) -> None:
    """Print a bar for each class or range with its count and share; nothing where the labels have no distribution."""
    for line in distribution(profile, width=out.width, ascii_only=plain(out)):
        out.print(line, no_wrap=True, overflow="crop", crop=True)


def distribution(profile: LabelProfile, *, width: int, ascii_only: bool = False) -> Iterator[Text]:
    """The lines of the picture, none wider than `width` cells."""
    from rich.text import Text

    drawn = picture(profile)
    if drawn is None:
        return
    yield Text(fitted(drawn.title, width, ascii_only=ascii_only).rstrip(), style="bold")
    rows = list(lines(drawn.bars, width=width, ascii_only=ascii_only))
    if drawn.left_out:
        told = fitted(f"  {drawn.left_out}", width, ascii_only=ascii_only).rstrip()
        rows.insert(drawn.position, Text(told, style="dim"))
    yield from rows


def lines(bars: tuple[Bar, ...], *, width: int, ascii_only: bool) -> Iterator[Text]:
    """Label, bar, count and share of each, in columns; where that is too wide labels go first, then shares."""
    from rich.cells import cell_len
    from rich.text import Text

    counts, shares = [compact(bar.samples) for bar in bars], [percent(bar.share) for bar in bars]
    numbers = [
        f"{count:>{longest(counts)}}  {share:>{longest(shares)}}" for count, share in zip(counts, shares, strict=True)
    ]
    if width - longest(numbers) < 2 * NARROWEST + 6:
        numbers = [f"{count:>{longest(counts)}}" for count in counts]
    room = width - longest(numbers) - 6  # two cells in front, and between the columns
    labelled = min(max(cell_len(bar.label) for bar in bars), max(NARROWEST, room * 2 // 3))
    full, most = min(WIDEST, max(room - labelled, 1)), max(bar.samples for bar in bars)
    for bar, number in zip(bars, numbers, strict=True):
        label = fitted(bar.label, labelled, ascii_only=ascii_only)
        length = full * bar.samples / most if most else 0.0
        mark = hashes(length) if ascii_only else blocks(length)
        yield Text.assemble(
            "  ", label, "  ", (f"{mark:<{full}}", "blue"), "  ", (number, "dim" if not bar.samples else "")
        )


def longest(texts: list[str]) -> int:
    return max(map(len, texts))


def fitted(text: str, width: int, *, ascii_only: bool) -> str:
    """`text` in exactly `width` cells: cut with an ellipsis, or filled with spaces."""
    from rich.cells import cell_len, set_cell_size

    if ascii_only:
        text = text.encode("ascii", "backslashreplace").decode()
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    dots = "..." if ascii_only else "…"
    return set_cell_size(text, width - len(dots)) + dots


def compact(count: int) -> str:
    """A count in at most nine characters: 9,999,999 and 12.3 M."""
    for unit, size in (("T", 10**12), ("G", 10**9), ("M", 10**6)):
        if count >= max(size, 10**7):
            return f"{count / size:,.1f} {unit}"
    return f"{count:,}"


def blocks(length: float) -> str:
    """A bar of `length` cells, to an eighth of a cell; what isn't zero is seen."""
    eighths = max(round(length * 8), 1 if length else 0)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def hashes(length: float) -> str:
    """The same in ASCII: less than half a cell is a bar of one line."""
    return "#" * round(length) or ("|" if length else "")
