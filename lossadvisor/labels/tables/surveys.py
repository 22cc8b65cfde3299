"""Several numbers per sample, surveyed block by block: memory does not grow with the samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.labels.needs import need
from lossadvisor.labels.tables.samples import Spread, draw, spreads

SUM = 1e-3  # how far from 1 the sum of probabilities may be
NORM = 1e-2
KEPT = 5_000  # different integers that are counted


class Survey(NamedTuple):
    """What was seen of rows of numbers.

    Args:
        shape: samples first.
        missing: rows in which a number is missing.
        fraction: all numbers are between 0 and 1.
        zero_one: all are 0 or 1.
        whole: all are integers.
        sums: the smallest and the largest sum of a row.
        one: rows whose sum is 1.
        none: rows that are all zero.
        norms: the smallest and the largest Euclidean norm of a row.
        corners: rows of four that are corners (x1 < x2, y1 < y2).
        sizes: rows of four with positive width and height in the last two.
        inside: rows of four that, as centre and size, lie between 0 and 1.
        lows: of each column, as `highs`, `present` (how many numbers), `totals` and `squares`
            (sums of squared distances from the mean).
        values: integers and how often each occurs, empty where there are too many.
        tails: the integer at the end of rows that come to their end earlier, and how many rows do.
        longest: numbers of the longest row without that end.
        flow: how often a number equals its right neighbour, and the one of the row below.
        spreads: of each column, from a sample; () where there are too many.
    """

    shape: tuple[int, ...]
    missing: int
    fraction: bool
    zero_one: bool
    whole: bool
    sums: tuple[float, float]
    one: int
    none: int
    norms: tuple[float, float]
    corners: int
    sizes: int
    inside: int
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    present: tuple[int, ...]
    totals: tuple[float, ...]
    squares: tuple[float, ...]
    values: tuple[tuple[int, int], ...]
    tails: tuple[int, int]
    longest: int
    flow: tuple[float, float]
    spreads: tuple[Spread, ...] = ()

    @property
    def rows(self) -> int:
        return self.shape[0]

    @property
    def width(self) -> int:
        return len(self.totals)

    @property
    def valid(self) -> int:
        return self.rows - self.missing


def survey(blocks: Iterable[Any], shape: Sequence[int | None] = ()) -> Survey:
    """What blocks of rows have in common; `shape` is that of the array, if there is one."""
    told, drawn, generator = None, None, need("numpy").random.default_rng(0)
    for block in (block for block in blocks if len(block)):
        part = survey_block(block, shape)
        told, drawn = merge(told, part) if told else part, draw(drawn, block, generator)
    if not told or not drawn:
        raise UserError("there are no rows")
    whole = (told.rows, *(size or 0 for size in (shape[1:] or (told.width,))))
    return told._replace(shape=whole, spreads=spreads(drawn))


def survey_block(block: Any, shape: Sequence[int | None]) -> Survey:
    numpy = need("numpy")
    holes = ~numpy.isfinite(block)
    bad = holes.any(axis=1)
    partial = block[~bad] if bad.any() else block
    seen = block[~holes]
    full = partial if len(partial) else numpy.zeros((0, block.shape[1]))
    whole = bool((seen == numpy.floor(seen)).all())
    present, totals = (~holes).sum(axis=0), numpy.where(holes, 0, block).sum(axis=0)
    sums = full.sum(axis=1)
    values, counts = numpy.unique(seen, return_counts=True) if whole else (numpy.zeros(0), numpy.zeros(0))
    few = len(values) <= KEPT
    corners, sizes, inside = boxes(full)
    tail, ended, longest = tails(full) if whole else (0, 0, block.shape[1])
    return Survey(
        shape=block.shape,
        missing=int(bad.sum()),
        fraction=bool(((seen >= 0) & (seen <= 1)).all()),
        zero_one=bool(((seen == 0) | (seen == 1)).all()),
        whole=whole,
        sums=ends(sums),
        one=int((abs(sums - 1) < SUM).sum()),
        none=int((full == 0).all(axis=1).sum()),
        norms=ends(numpy.sqrt((full**2).sum(axis=1))),
        corners=corners,
        sizes=sizes,
        inside=inside,
        lows=tuple(numpy.where(holes, numpy.inf, block).min(axis=0).tolist()),
        highs=tuple(numpy.where(holes, -numpy.inf, block).max(axis=0).tolist()),
        present=tuple(present.tolist()),
        totals=tuple(totals.tolist()),
        squares=tuple((numpy.where(holes, 0, block - totals / numpy.maximum(present, 1)) ** 2).sum(axis=0).tolist()),
        values=tuple((int(v), int(n)) for v, n in zip(values, counts, strict=True)) if few else (),
        tails=(tail, ended),
        longest=longest,
        flow=flow(full, shape),
    )


def ends(numbers: Any) -> tuple[float, float]:
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else (float("inf"), -float("inf"))


def boxes(rows: Any) -> tuple[int, int, int]:
    """How many rows of four are corners, have positive sizes, and lie inside as centre and size."""
    if rows.shape[1] != 4:
        return 0, 0, 0
    x, y, width, height = rows.T
    inside = (x - width / 2 > -SUM) & (y - height / 2 > -SUM) & (x + width / 2 < 1 + SUM) & (y + height / 2 < 1 + SUM)
    sized = (width > 0) & (height > 0)
    return int(((width > x) & (height > y)).sum()), int(sized.sum()), int(inside.sum())


def tails(rows: Any) -> tuple[int, int, int]:
    """The number that fills up the ends of rows, in how many rows, and the longest row without it."""
    numpy = need("numpy")
    if not len(rows) or rows.shape[1] < 3:
        return 0, 0, rows.shape[1]
    last, counts = numpy.unique(rows[:, -1], return_counts=True)
    filler = last[counts.argmax()]
    other = rows[:, ::-1] != filler
    lengths = numpy.where(other.any(axis=1), rows.shape[1] - other.argmax(axis=1), 0)
    return int(filler), int((lengths < rows.shape[1] - 1).sum()), int(lengths.max())


def flow(rows: Any, shape: Sequence[int | None]) -> tuple[float, float]:
    """How often a number equals the next in its row, and the one below it."""
    if len(rows) < 2 or rows.shape[1] < 2 or len(shape) > 3:
        return 0.0, 0.0
    return float((rows[:, 1:] == rows[:, :-1]).mean()), float((rows[1:] == rows[:-1]).mean())


def merge(one: Survey, other: Survey) -> Survey:
    """The survey of both blocks together."""
    values = Counter(dict(one.values)) + Counter(dict(other.values))
    known = one.values and other.values and len(values) <= KEPT
    same = one.tails[0] == other.tails[0]
    return Survey(
        shape=(one.rows + other.rows, *one.shape[1:]),
        missing=one.missing + other.missing,
        fraction=one.fraction and other.fraction,
        zero_one=one.zero_one and other.zero_one,
        whole=one.whole and other.whole,
        sums=(min(one.sums[0], other.sums[0]), max(one.sums[1], other.sums[1])),
        one=one.one + other.one,
        none=one.none + other.none,
        norms=(min(one.norms[0], other.norms[0]), max(one.norms[1], other.norms[1])),
        corners=one.corners + other.corners,
        sizes=one.sizes + other.sizes,
        inside=one.inside + other.inside,
        lows=tuple(map(min, one.lows, other.lows)),
        highs=tuple(map(max, one.highs, other.highs)),
        present=tuple(a + b for a, b in zip(one.present, other.present, strict=True)),
        totals=tuple(a + b for a, b in zip(one.totals, other.totals, strict=True)),
        squares=tuple(map(together, moments(one), moments(other))),
        values=tuple(sorted(values.items())) if known else (),
        tails=(one.tails[0], one.tails[1] + other.tails[1] if same else one.tails[1]),
        longest=max(one.longest, other.longest),
        flow=tuple((a + b) / 2 for a, b in zip(one.flow, other.flow, strict=True)),  # type: ignore[arg-type]
    )


def moments(seen: Survey) -> Iterator[tuple[int, float, float]]:
    """Of each column how many numbers there are, their sum, and the sum of squared distances from their mean."""
    return zip(seen.present, seen.totals, seen.squares, strict=True)


def together(one: tuple[int, float, float], other: tuple[int, float, float]) -> float:
    """The sum of squared distances from the mean of both: no large squares are subtracted (Chan et al. 1979)."""
    (n, total, squares), (m, more, others) = one, other
    between = (total / n - more / m) ** 2 * n * m / (n + m) if n and m else 0.0
    return squares + others + between
