"""Whether tensors are what a contract says: shape symbols that agree, dtype, range."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lossadvisor.proof.expression import evaluate

if TYPE_CHECKING:
    from torch import Tensor

RANGE = re.compile(r"^(?P<open>[\[(])(?P<low>[^,]+),(?P<high>[^\])]+)(?P<close>[\])])(?: or (?P<other>\S+))?$")


def bind(shape: Sequence[str], size: Sequence[int], sizes: dict[str, int]) -> str:
    """Match a shape like `[B, C]` against actual sizes; `sizes` collects what each symbol stands for.

    Returns:
        what is wrong, or "".
    """
    wanted = f"[{', '.join(shape)}]"
    if len(shape) != len(size):
        return f"{wanted} was promised, {list(size)} came"
    for symbol, length in zip(shape, size, strict=True):
        expected = int(symbol) if symbol.isdigit() else sizes.setdefault(symbol, length)
        if expected != length:
            return f"{wanted} was promised, {list(size)} came: {symbol} is {length} here and {expected} elsewhere"
    return ""


class Range:
    """A range like `[0, C) or -100`: an interval, and perhaps one more value.

    Raises:
        ValueError: the text isn't a range.
    """

    def __init__(self, text: str, sizes: Mapping[str, int]) -> None:
        match = RANGE.match(text.strip())
        if not match:
            raise ValueError(f"{text!r} is not a range")
        self.text = text
        names = {"inf": math.inf, **sizes}
        self.low, self.high = (evaluate(match[end].strip(), names) for end in ("low", "high"))
        self.open, self.closed = match["open"] == "(", match["close"] == "]"
        self.other = missing(text)

    def outside(self, values: Tensor) -> Tensor:
        """The values that don't lie in the range; infinite ends still want finite numbers."""
        above = values > self.low if self.open else values >= self.low
        below = values <= self.high if self.closed else values < self.high
        wrong = ~(above & below & values.isfinite())
        if self.other is not None:
            wrong &= ~values.isnan() if math.isnan(self.other) else values != self.other
        return values[wrong]


def missing(text: str) -> float | None:
    """The single value that a range like `[0, C) or -100` takes besides its interval, or None."""
    match = RANGE.match(text.strip())
    return float(match["other"]) if match and match["other"] else None
