"""A curve as it is read and told: what its arrays say at a place, in words and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lossadvisor.plot.records import Curve

NOTHING = 1e-6
"""A share of the steepest gradient, or of the rise, that counts as none."""
FEW = 3
"""So many constants are told with their curve."""
TINY = 1e-3


class Line(NamedTuple):
    """A curve as it is read: places, values, gradients, and places with a meaning of their own."""

    places: Sequence[float]
    values: Sequence[float]
    gradients: Sequence[float]
    marks: Mapping[float, str]

    @property
    def steepest(self) -> float:
        return max(map(abs, self.gradients))

    @property
    def rise(self) -> float:
        return max(self.values) - min(self.values)

    @property
    def varies(self) -> bool:
        return self.rise > NOTHING * max(1.0, abs(self.values[0])) or self.steepest > NOTHING

    @property
    def lowest(self) -> int:
        """The number of the place with the least value: of several the middle one."""
        least = min(self.values) + NOTHING * self.rise
        low = [number for number, value in enumerate(self.values) if value <= least]
        return low[len(low) // 2]

    @property
    def inside(self) -> bool:
        """Whether the loss rises on both sides of its least value."""
        return min(self.values[0], self.values[-1]) > self.values[self.lowest] + 1e-3 * self.rise

    @property
    def minimum(self) -> float:
        """Where the gradient changes its sign, between two places; else the place with the least value."""
        low = self.lowest
        for before in (low - 1, low):
            if 0 <= before < len(self.places) - 1 and self.gradients[before] < 0 < self.gradients[before + 1]:
                share = self.gradients[before] / (self.gradients[before] - self.gradients[before + 1])
                return self.places[before] + share * (self.places[before + 1] - self.places[before])
        return self.places[low]

    @property
    def ends(self) -> tuple[int, int]:
        return 0, len(self.places) - 1

    def mark(self, x: float) -> float | None:
        """The mark that a place lies on."""
        step = self.places[2] - self.places[1]
        return next((at for at in self.marks if abs(at - x) <= 1.1 * step), None)

    def share(self, number: int) -> float:
        """The gradient at a place, as a share of the steepest one."""
        return abs(self.gradients[number]) / self.steepest if self.steepest else 0.0

    def place(self, x: float) -> str:
        """A place in words, with the meaning of the mark that it lies on."""
        mark = self.mark(x)
        return figure(x) if mark is None else f"{figure(mark)} ({self.marks[mark]})"

    def at(self, number: int) -> str:
        return self.place(self.places[number])


def figure(number: float) -> str:
    """A number in at most three digits."""
    return f"{0.0 if abs(number) < 1e-12 else number:.3g}"


def label(curve: Curve) -> str:
    """A curve's loss, with its remark, and its constants if they are few."""
    told = [f"{name} {shown(value)}" for name, value in curve.constants.items() if telling(value)]
    parts = [*([curve.remark] if curve.remark else []), *(told if len(told) <= FEW else [])]
    return f"{curve.loss} ({', '.join(parts)})" if parts else curve.loss


def telling(value: object) -> bool:
    """Whether a constant shapes a curve visibly: no switch, index or count, no guard against a division by zero."""
    return isinstance(value, (list, tuple)) or (isinstance(value, float) and not 0 < abs(value) < TINY)


def shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(shown, value)) + "]"
    return figure(value) if isinstance(value, (int, float)) else str(value)
