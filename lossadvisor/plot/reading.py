"""What the numbers of a curve show, in words: every clause is found in the arrays, none is kept for a loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from lossadvisor.plot.line import NOTHING, Line, figure

ALIKE = 0.05
CLAUSES = 2


def read(
    places: Sequence[float], values: Sequence[float], gradients: Sequence[float], marks: Mapping[float, str]
) -> str:
    """One sentence about a curve: its most telling features."""
    finite = [math.isfinite(value) and math.isfinite(slope) for value, slope in zip(values, gradients, strict=True)]
    if not any(finite):
        return "not a number anywhere"
    kept = [number for number, fine in enumerate(finite) if fine]
    clauses = [broken(places, finite)] if not all(finite) else []
    if len(kept) > 3:
        along, at, slopes = ([part[number] for number in kept] for part in (places, values, gradients))
        line = Line(along, at, slopes, marks)
        found = (clause for feature in (FEATURES if line.varies else (flat,)) for clause in feature(line))
        clauses += [clause for clause, _ in zip(found, range(CLAUSES - len(clauses)), strict=False)]
    return "; ".join(clauses) or f"lies between {figure(min(values))} and {figure(max(values))}"


def broken(places: Sequence[float], finite: Sequence[bool]) -> str:
    gone = [place for place, fine in zip(places, finite, strict=True) if not fine]
    return f"not finite at {len(gone)} of {len(places)} places, from {figure(gone[0])} to {figure(gone[-1])}"


def flat(line: Line) -> Iterator[str]:
    """Nothing depends on the place."""
    yield f"{figure(line.values[0])} everywhere: it does not depend on this"


def held(line: Line) -> Iterator[str]:
    """The gradient is not the slope of the values over much of the axis."""
    points = [*zip(line.places, line.values, strict=True)]
    slopes = [
        (after[1] - before[1]) / (after[0] - before[0]) for before, after in zip(points, points[2:], strict=False)
    ]
    scale = max(*map(abs, slopes), line.steepest)
    off = sum(abs(slope - given) > ALIKE * scale for slope, given in zip(slopes, line.gradients[1:-1], strict=True))
    if scale and off > len(slopes) / 4:
        yield "the gradient is not the slope of the loss: a part is held constant"


def zero_runs(line: Line) -> Iterator[tuple[int, int]]:
    """First and last number of each run of at least four places without a gradient."""
    if not line.steepest:
        return
    none = [abs(slope) <= NOTHING * line.steepest for slope in line.gradients]
    edges = [number for number, (a, b) in enumerate(pairwise([False, *none, False])) if a != b]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start > 3:
            yield start, end - 1


def dead(line: Line) -> Iterator[str]:
    """There is no gradient where there is something to gain."""
    for start, end in zero_runs(line):
        gain = line.values[start] - min(line.values)
        if gain > 1e-3 * line.rise:
            yield f"no gradient {stretch(line, start, end)}, though {figure(gain)} is still to gain"


def settled(line: Line) -> Iterator[str]:
    """There is nothing to gain, and no gradient."""
    for start, end in zero_runs(line):
        if line.values[start] - min(line.values) <= 1e-3 * line.rise:
            yield f"nothing more to gain {stretch(line, start, end)}"


def stretch(line: Line, start: int, end: int) -> str:
    first, last = line.ends
    if start == first:
        return f"up to {line.at(end)}"
    return f"from {line.at(start)} on" if end == last else f"from {line.at(start)} to {line.at(end)}"


def jumps(line: Line) -> Iterator[str]:
    """The value changes at once."""
    for number, (before, after) in enumerate(pairwise(line.values)):
        slope = max(abs(line.gradients[number]), abs(line.gradients[number + 1]))
        step = line.places[number + 1] - line.places[number]
        if abs(after - before) > max(5 * slope * step, 0.05 * line.rise):
            yield f"jumps by {figure(abs(after - before))} at {line.at(number)}"


def fading(line: Line) -> list[int]:
    """The ends of the axis where the loss is high and the gradient small."""
    high = min(line.values) + 0.5 * line.rise
    return [end for end in line.ends if line.values[end] > high and NOTHING < line.share(end) < 0.1]


def fades(line: Line) -> Iterator[str]:
    """The gradient is small where the loss is high, at an end of the axis."""
    if ends := fading(line):
        share = max(100 * line.share(end) for end in ends)
        told = f"{share:.1g} %" if share >= 0.1 else "under 0.1 %"
        where = " and ".join(map(line.at, ends))
        yield f"the gradient fades where it is most wrong: {told} of its peak at {where}"


def turns(line: Line) -> Iterator[str]:
    """The least value lies at a place inside that has no mark."""
    if line.inside and line.mark(line.minimum) is None:
        yield f"least at {figure(line.minimum)}, and rises beyond"


def steeper(line: Line) -> Iterator[str]:
    """One side of the least value is steeper than the other, at the same distance."""
    low = line.lowest
    reach = int(0.8 * min(low, line.ends[1] - low))
    if reach < 4 or not line.inside:
        return
    below, above = abs(line.gradients[low - reach]), abs(line.gradients[low + reach])
    if max(below, above) > 1.5 * min(below, above) > 0:
        side, ratio = ("below", below / above) if below > above else ("above", above / below)
        yield f"{figure(ratio)} times as steep {side} {line.place(line.minimum)} as on the other side"


def endless(line: Line) -> Iterator[str]:
    """It still falls at an end of the axis."""
    for end in line.ends:
        if line.values[end] == min(line.values) and line.share(end) > 0.2 and line.mark(line.places[end]) is None:
            yield f"still falls at {line.at(end)}, with {100 * line.share(end):.0f} % of its steepest gradient"


def tails(line: Line) -> Iterator[str]:
    """How the gradient changes towards the ends where the loss is high."""
    low, faded = line.lowest, fading(line)
    found = {}
    for end in line.ends:
        span = abs(end - low)
        if span > 8 and line.values[end] - line.values[low] > 0.3 * line.rise and end not in faded:
            nearer = end + (span // 4 if end == 0 else -(span // 4))
            found[end] = tail(line, end, nearer)
    kinds = [kind for kind in found.values() if kind]
    if len(kinds) == 2 and kinds[0] == kinds[1]:
        yield kinds[0]
    else:
        yield from (f"towards {line.at(end)} {kind}" for end, kind in found.items() if kind)


def tail(line: Line, end: int, nearer: int) -> str:
    """The gradient at an end against that at three quarters of the way to it."""
    at_end, before = abs(line.gradients[end]), abs(line.gradients[nearer])
    if not before:
        return ""
    ratio = at_end / before
    distance = (line.places[end] - line.minimum) / (line.places[nearer] - line.minimum)
    if abs(ratio / distance - 1) < ALIKE:
        return "the gradient grows in proportion to the distance"
    if line.inside and weakening(line, end):
        return "the gradient gets weaker the further off"
    if abs(ratio - 1) < 2.5 * ALIKE:
        return f"the gradient keeps its size ({figure(at_end)}) however far off"
    if ratio < 1:
        return "the gradient gets weaker the further off"
    return "the gradient grows faster than the distance" if ratio > distance else ""


def weakening(line: Line, end: int) -> bool:
    """Whether the gradient has passed its peak before an end: it falls there, by a tenth of a percent per percent."""
    inner = end + (2 if end == 0 else -2)
    (near, steep), (far, slope) = (
        (abs(line.places[number] - line.minimum), abs(line.gradients[number])) for number in (inner, end)
    )
    return 0 < slope < steep * math.pow(near / far, 0.1)


def blunt(line: Line) -> Iterator[str]:
    """The gradient is large right beside the least value."""
    low = line.lowest
    if not line.inside or not 1 <= low < line.ends[1]:
        return
    if line.gradients[low - 1] < 0 < line.gradients[low + 1] and min(line.share(low - 1), line.share(low + 1)) > 0.95:
        yield "just as steep right beside the minimum"


def peak(line: Line) -> Iterator[str]:
    """Where the gradient is largest, clearly above that at the ends."""
    steepest = max(range(len(line.places)), key=line.share)
    if max(map(line.share, line.ends)) < 0.9:
        yield f"steepest at {line.at(steepest)}"


FEATURES: tuple[Callable[[Line], Iterator[str]], ...] = (
    held, jumps, dead, fades, turns, steeper, settled, endless, tails, blunt, peak,
)  # fmt: skip
"""What is looked for, the most telling first."""
