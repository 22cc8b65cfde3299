"""How values are laid out on a vertical axis: its ends, what is cut off, above what each curve is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median_low
from typing import NamedTuple

from lossadvisor.plot.records import Picture

DWARFED = 20.0
"""A curve that is so many times higher than the others is cut off."""


class Scale(NamedTuple):
    """The ends of a vertical axis, and the curves on it.

    `cut` is the highest value where the axis ends below it; `own` says that each curve is above its own least value.
    """

    low: float
    high: float
    curves: tuple[tuple[float, ...], ...]
    cut: float | None = None
    own: bool = False


def scales(picture: Picture) -> dict[str, Scale]:
    """The vertical axes of the loss and of the size of its gradient."""
    return {
        "loss": scale([curve.values for curve in picture.curves]),
        "|gradient|": scale([[*map(abs, curve.gradients)] for curve in picture.curves], least=0.0),
    }


def scale(curves: Sequence[Sequence[float]], *, least: float = math.inf) -> Scale:
    """An axis for several curves that begins at `least`, if not below; NaN and infinite values have no place on it."""
    known = [[value for value in curve if math.isfinite(value)] or [0.0] for curve in curves]
    rises, leasts = [max(values) - min(values) for values in known], [*map(min, known)]
    own = max(leasts) - min(leasts) > 2 * max(*rises, 0.0) > 0 if len(rises) > 1 else False
    shown = (
        [[value - lowest for value in curve] for curve, lowest in zip(curves, leasts, strict=True)] if own else curves
    )
    low = 0.0 if own else min(*leasts, least)
    tops = [rise if own else max(values) for rise, values in zip(rises, known, strict=True)]
    usual, highest = median_low(tops), max(tops)
    cut = highest - low > DWARFED * (usual - low) > 0
    high = low + DWARFED * (usual - low) if cut else highest
    if high <= low:
        high = low + (abs(low) or 1.0)
    return Scale(low, high, tuple(map(tuple, shown)), highest if cut else None, own)
