"""What a picture holds, as plain records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lossadvisor.rulebase.records import Axis


class Curve(NamedTuple):
    """A loss along an axis: at each place its value, and its gradient with respect to the place.

    `constants` are those of the program that shape it, `reading` says what the numbers show, `remark` what moves, where
    that is not plain.
    """

    loss: str
    contract: str
    values: tuple[float, ...]
    gradients: tuple[float, ...]
    constants: Mapping[str, object] = {}
    reading: str = ""
    remark: str = ""


class Picture(NamedTuple):
    """Curves over one axis, laid out with these numbers."""

    axis: Axis
    numbers: Mapping[str, float]
    places: tuple[float, ...]
    curves: tuple[Curve, ...]
