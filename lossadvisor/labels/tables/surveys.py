"""Several numbers per sample, surveyed block by block: memory does not grow with the samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.labels.needs import need
from lossadvisor.labels.tables.columns import MISSING
from lossadvisor.labels.tables.counting import TEXT
from lossadvisor.labels.tables.table import Table, quoted

BLOCK = 1 << 20  # values that are looked at at a time
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
        lows: of each column, as `highs`, `present` (how many numbers), `totals` and `squares` (sums of squares).
        values: integers and how often each occurs, empty where there are too many.
        tails: the integer at the end of rows that come to their end earlier, and how many rows do.
        longest: numbers of the longest row without that end.
        flow: how often a number equals its right neighbour, and the one of the row below.
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

    @property
    def rows(self) -> int:
        return self.shape[0]

    @property
    def width(self) -> int:
        return len(self.totals)

    @property
    def valid(self) -> int:
        return self.rows - self.missing


def blocks_of_table(table: Table, names: Sequence[str]) -> Iterator[Any]:
    """Numbers of several columns, NaN where there is none.

    Raises:
        UserError: a column holds text.
    """
    numpy = need("numpy")
    read = ", ".join(as_number(name, table.columns[name]) for name in names)
    for batch in table.batches(f"SELECT {read} FROM {table.origin}"):  # noqa: S608
        yield numpy.column_stack(
            [
                numpy.frombuffer(column.buffers()[1], numpy.float64, len(column), column.offset * 8)
                for column in batch.columns
            ]
        )


def as_number(name: str, stored: str) -> str:
    column = quoted(name)
    if stored.upper().startswith(TEXT):
        number = f"TRY_CAST({column} AS DOUBLE), CAST(TRY_CAST({column} AS BOOLEAN) AS DOUBLE)"
    elif stored.upper().startswith("BOOL"):
        number = f"CASE WHEN {column} THEN 1e0 WHEN NOT {column} THEN 0e0 END"
    else:
        number = f"CAST({column} AS DOUBLE)"
    return f"coalesce({number}, CAST('nan' AS DOUBLE)) AS {column}"


def check_numbers(table: Table, names: Sequence[str]) -> None:
    """Refuse columns of text among those that are read as numbers.

    Raises:
        UserError: one holds words.
    """
    absent = ", ".join(f"'{word}'" for word in MISSING)
    for name in (name for name in names if table.columns[name].upper().startswith(TEXT)):
        column = quoted(name)
        number = f"coalesce(TRY_CAST({column} AS DOUBLE), CAST(TRY_CAST({column} AS BOOLEAN) AS DOUBLE))"
        word = f"{number} IS NULL AND lower(trim({column})) NOT IN ({absent})"
        found = table.ask(f"SELECT {column} AS v FROM {table.origin} WHERE {word} LIMIT 1")  # noqa: S608
        if found:
            raise UserError(
                f"column {name!r} holds text, as {found[0][0]!r}: several columns are read together as numbers",
                place=table.place,
                hint=f"look at it alone: --column {name}",
            )


def blocks_of_array(array: Any) -> Iterator[Any]:
    """An array as rows of numbers, all but the first dimension flattened."""
    numpy = need("numpy")
    step = max(1, BLOCK // max(int(numpy.prod(array.shape[1:])), 1))
    for start in range(0, array.shape[0], step):
        part = numpy.asarray(array[start : start + step], dtype=numpy.float64)
        yield part.reshape(part.shape[0], -1)


def survey(blocks: Iterable[Any], shape: Sequence[int | None] = ()) -> Survey:
    """What blocks of rows have in common; `shape` is that of the array, if there is one."""
    parts = [survey_block(block, shape) for block in blocks if len(block)]
    if not parts:
        raise UserError("there are no rows")
    told = parts[0]
    for part in parts[1:]:
        told = merge(told, part)
    return told._replace(shape=(told.rows, *(size or 0 for size in (shape[1:] or (told.width,)))))


def survey_block(block: Any, shape: Sequence[int | None]) -> Survey:
    numpy = need("numpy")
    holes = ~numpy.isfinite(block)
    bad = holes.any(axis=1)
    partial = block[~bad] if bad.any() else block
    seen = block[~holes]
    full = partial if len(partial) else numpy.zeros((0, block.shape[1]))
    whole = bool((seen == numpy.floor(seen)).all())
    sums = full.sum(axis=1)
    values, counts = numpy.unique(seen, return_counts=True) if whole else (numpy.zeros(0), numpy.zeros(0))
    few = len(values) <= KEPT
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
        **boxes(full),
        lows=tuple(numpy.where(holes, numpy.inf, block).min(axis=0).tolist()),
        highs=tuple(numpy.where(holes, -numpy.inf, block).max(axis=0).tolist()),
        present=tuple((~holes).sum(axis=0).tolist()),
        totals=tuple(numpy.where(holes, 0, block).sum(axis=0).tolist()),
        squares=tuple((numpy.where(holes, 0, block) ** 2).sum(axis=0).tolist()),
        values=tuple((int(v), int(n)) for v, n in zip(values, counts, strict=True)) if few else (),
        tails=(tail, ended),
        longest=longest,
        flow=flow(full, shape),
    )


def ends(numbers: Any) -> tuple[float, float]:
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else (float("inf"), -float("inf"))


def boxes(rows: Any) -> dict[str, int]:
    """How many rows of four can be which boxes."""
    if rows.shape[1] != 4:
        return {"corners": 0, "sizes": 0, "inside": 0}
    x, y, width, height = rows.T
    inside = (x - width / 2 > -SUM) & (y - height / 2 > -SUM) & (x + width / 2 < 1 + SUM) & (y + height / 2 < 1 + SUM)
    return {
        "corners": int(((width > x) & (height > y)).sum()),
        "sizes": int(((width > 0) & (height > 0)).sum()),
        "inside": int(inside.sum()),
    }


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
        squares=tuple(a + b for a, b in zip(one.squares, other.squares, strict=True)),
        values=tuple(sorted(values.items())) if known else (),
        tails=(one.tails[0], one.tails[1] + other.tails[1] if same else one.tails[1]),
        longest=max(one.longest, other.longest),
        flow=tuple((a + b) / 2 for a, b in zip(one.flow, other.flow, strict=True)),  # type: ignore[arg-type]
    )
