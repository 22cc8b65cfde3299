"""Pictures as files, drawn by matplotlib."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossadvisor.errors import UserError, unknown
from lossadvisor.plot.line import label
from lossadvisor.plot.records import Picture
from lossadvisor.plot.scale import Scale, scales

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")
PAGE = "html"
STAMPS = {"png": ("Software",), "svg": ("Date", "Creator", "Format", "Type"), "pdf": ("CreationDate",)}
"""What a file is not to say of itself: it would differ each time, or name things from elsewhere."""
MARKS = "os^Dv*PX"
COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#0072B2", "#B8A800", "#777777")
"""Told apart by eyes of any kind (Okabe and Ito 2008); yellow and grey darker, for white paper."""
WIDTH, HEIGHT = 10.0, 3.2
"""Inches, of a picture with its loss and its gradient."""
PANEL = (4.8, 3.0)
"""Inches, of one of the two alone."""


def format_of(path: Path, formats: Sequence[str] = FORMATS) -> str:
    """The format that a file's name asks for, one of `formats`.

    Raises:
        UserError: it is none of those that there are, or matplotlib is missing.
    """
    ending = path.suffix.removeprefix(".").lower()
    if ending not in formats:
        if not ending:
            raise UserError("the format isn't clear", place=str(path), hint=f"end the name in .{', .'.join(formats)}")
        raise unknown("format", ending, formats, place=str(path))
    if formats != (PAGE,):
        need_matplotlib(str(path))
    return ending


def need_matplotlib(place: str = "") -> None:
    """Import matplotlib.

    Raises:
        UserError: it is missing.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise UserError(
            f"files are drawn by matplotlib: {error}", place=place, hint="pip install 'lossadvisor[plot]'"
        ) from None


def file_of(size: tuple[float, float], draw: Callable[[Figure], object], ending: str) -> bytes:
    """What `draw` puts on a figure of that size (in inches) as the bytes of a file; the same input gives the same."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    settings: dict[Any, Any] = {"svg.hashsalt": "lossadvisor", "svg.fonttype": "none", "font.size": 9}
    with rc_context(settings):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        file = io.BytesIO()
        figure.savefig(file, format=ending, dpi=150, metadata=dict.fromkeys(STAMPS[ending]))
    return file.getvalue()


def rendered(pictures: Sequence[Picture], ending: str) -> bytes:
    """The pictures below each other as the bytes of a file."""

    def draw(whole: Figure) -> None:
        parts = whole.subfigures(len(pictures), 1, height_ratios=[*map(tall, pictures)], squeeze=False)
        for part, picture in zip(parts[:, 0], pictures, strict=True):
            drawn(part, picture)

    return file_of((WIDTH, sum(map(tall, pictures))), draw, ending)


def tall(picture: Picture) -> float:
    return HEIGHT + 0.17 * len(picture.curves)


def panels(picture: Picture) -> dict[str, bytes]:
    """Loss and gradient of a picture, each an SVG, without the text of the curves."""
    return {title: file_of(PANEL, partial(panel, picture, title), "svg") for title in scales(picture)}


def panel(picture: Picture, title: str, figure: Figure) -> None:
    axes = figure.subplots()
    curve_axes(axes, picture, scales(picture)[title], title)
    axes.set_xlabel(headline(picture), wrap=True)


def headline(picture: Picture) -> str:
    """What a picture is over, and the numbers that it is laid out with."""
    numbers = ", ".join(f"{name.replace('_', ' ')} {number:g}" for name, number in picture.numbers.items())
    return picture.axis.say + (f" ({numbers})" if numbers else "")


def drawn(figure: Figure | Any, picture: Picture) -> None:
    """Loss and gradient of a picture, with a line of text for each curve."""
    beside = figure.subplots(1, 2)
    for axes, (title, scaled) in zip(beside, scales(picture).items(), strict=True):
        curve_axes(axes, picture, scaled, title)
    handles, labels = beside[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", fontsize=8, frameon=False)
    figure.suptitle(headline(picture), fontsize=10)


def curve_axes(axes: Axes, picture: Picture, scaled: Scale, title: str) -> None:
    for number, (curve, values) in enumerate(zip(picture.curves, scaled.curves, strict=True)):
        every = max(len(values) // 8, 1)
        axes.plot(
            picture.places, values, color=COLOURS[number], marker=MARKS[number], markersize=4, linewidth=1.5,
            markevery=(number * every // len(picture.curves), every), label=f"{label(curve)}: {curve.reading}",
        )  # fmt: skip
    for place in picture.axis.marks:
        axes.axvline(place, color="#cccccc", linewidth=0.8, zorder=0)
    margin = 0.04 * (scaled.high - scaled.low)
    axes.set_ylim(scaled.low - margin, scaled.high + margin)
    axes.set_xlim(picture.places[0], picture.places[-1])
    cut = "" if scaled.cut is None else f", cut off, up to {scaled.cut:.3g}"
    axes.set_title(title + (", each above its least value" if scaled.own else "") + cut, fontsize=9, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
