"""Files of columns, a token per line: how they are laid out, and what they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lossadvisor.errors import UserError, unknown
from lossadvisor.labels.profile import Source
from lossadvisor.labels.tags import OUTSIDE, Spans, follow, is_span, no_spans

UNIVERSAL = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC")
"""The columns of CoNLL-U."""
START = "-DOCSTART-"
MISSING = ("_", "")
PEEK = 1 << 17  # characters that tell the layout
MOST_LABELS = 100  # values of a column that may be labels
RAGGED = 0.1  # share of lines without all columns that makes it another format


class Layout(NamedTuple):
    """The columns of a file: how many values each has in the first lines, and which hold spans.

    Args:
        values: distinct values of each column.
        spans: columns that hold labels of spans.
        universal: it is CoNLL-U.
    """

    values: tuple[int, ...]
    spans: tuple[int, ...] = ()
    universal: bool = False

    def chosen(self, source: Source) -> int:
        """The column that is meant, counted from 0 (-1 is the last).

        Raises:
            UserError: there is none of that name, or there are several.
        """
        if len(source.columns) > 1:
            raise UserError(f"a model learns one column: {', '.join(source.columns)}", place="--column")
        if not source.columns:
            return UNIVERSAL.index("UPOS") if self.universal else self.spans[-1] if self.spans else -1
        names = [self.name(at) for at in range(len(self.values))]
        wanted = source.columns[0]
        if wanted.upper() in names:
            return names.index(wanted.upper())
        if wanted.removeprefix("-").isdigit() and 0 < abs(int(wanted)) <= len(names):
            return int(wanted) - (int(wanted) > 0)
        raise unknown("column", wanted, names, place=source.path)

    def name(self, at: int) -> str:
        """The name of a column: CoNLL-U's, or its number from 1 on."""
        at = at % len(self.values) if self.values else at
        return UNIVERSAL[at] if self.universal else str(at + 1)

    def others(self, chosen: int) -> list[str]:
        """Other columns that may be labels."""
        last = chosen % len(self.values) if self.values else chosen
        few = [at for at, many in enumerate(self.values) if at and at != last and 1 < many <= MOST_LABELS]
        return [f"{self.name(at)} ({self.values[at]} values)" for at in few]


class Sums(NamedTuple):
    """What is kept of all files; `ragged` has the columns of lines without a label, by place."""

    column: int
    tags: Counter[str]
    spans: Spans
    ragged: dict[str, int]
    sentences: int = 0
    longest: int = 0
    unlabelled: int = 0

    @property
    def outside(self) -> int:
        return sum(self.tags[tag] for tag in OUTSIDE)


def layout_of(path: Path) -> Layout | None:
    """How a file is laid out, from its first lines; None where it isn't one of these."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(PEEK)
    except (OSError, UnicodeDecodeError):
        return None
    lines = text.splitlines()[: -1 if len(text) == PEEK else None]
    rows = [parted(line) for line in lines if line.strip() and not line.startswith((START, "# ", "#begin", "#end"))]
    blank = sum(not line.strip() for line in lines)
    if not rows:
        return None
    width = Counter(map(len, rows)).most_common(1)[0][0]
    whole = [row for row in rows if len(row) == width]
    if not 2 <= width <= len(UNIVERSAL) or len(whole) < (1 - RAGGED) * len(rows):
        return None
    columns = list(zip(*whole, strict=True))
    spans = tuple(at for at in range(width) if all(map(is_span, columns[at])) and len(set(columns[at])) > 1)
    universal = width == len(UNIVERSAL) and all(row[0].replace("-", "").replace(".", "").isdigit() for row in whole)
    layout = Layout(tuple(len(set(column)) for column in columns), spans, universal)
    started = any(line.startswith(START) for line in lines)
    return layout if universal or spans or started or plainly(layout, len(rows), blank) else None


def plainly(layout: Layout, rows: int, blank: int) -> bool:
    """Whether the last column may be labels of tokens that are no spans: parts of speech."""
    labels = layout.values[-1]
    return 1 < labels <= min(MOST_LABELS, rows / 5) and layout.values[0] > labels and blank > 1 and rows < 200 * blank


def parted(line: str) -> list[str]:
    """The columns of a line: at tabs if it has any, else at spaces."""
    return line.rstrip("\r\n").split("\t") if "\t" in line else line.split()


def read(paths: Sequence[Path], column: int) -> Sums:
    """The labels of all sentences, a line at a time.

    Raises:
        UserError: a file can't be read, or many lines have no such column.
    """
    sums = Sums(column, Counter(), no_spans(), {})
    before, length, sentences, longest, unlabelled = "", 0, 0, 0, 0
    for place, row in rows_of(paths):
        if row and len(row) <= max(column, -column - 1, 1):
            sums.ragged[place] = len(row)
            refuse(sums, place)
            continue
        if not row:
            follow(sums.spans, before, "", place)
            sentences, longest, before, length = sentences + (length > 0), max(longest, length), "", 0
            continue
        tag = row[column]
        length += 1
        if tag in MISSING:
            unlabelled += 1
            tag = ""
        else:
            sums.tags[tag] += 1
        follow(sums.spans, before, tag, place)
        before = tag
    return sums._replace(sentences=sentences, longest=longest, unlabelled=unlabelled)


def refuse(sums: Sums, place: str) -> None:
    """Stop where too many lines have no such column."""
    if len(sums.ragged) > 100 and len(sums.ragged) > RAGGED * (sums.tags.total() + 1):
        hint = "a line is a token and its labels, parted by tabs or spaces"
        raise UserError(f"line with {sums.ragged[place]} columns: there is no label", place=place, hint=hint)


def rows_of(paths: Iterable[Path]) -> Iterator[tuple[str, list[str]]]:
    """Each line with its place; [] after each sentence. Comments, document marks and joined tokens are left out."""
    for path in paths:
        number = 0
        try:
            with path.open(encoding="utf-8-sig") as file:
                for number, line in enumerate(file, 1):
                    row = parted(line) if line.strip() else []
                    if not row or not left_out(row, line):
                        yield f"{path}:{number}", row
        except UnicodeDecodeError as error:
            said = f"this isn't UTF-8 text: byte {error.object[error.start]:#04x} after line {number}"
            hint = f"iconv -f latin1 -t utf-8 {path} > new"
            raise UserError(said, place=f"{path}:{number + 1}", hint=hint) from None
        except OSError as error:
            raise UserError(f"can't read the file: {error.strerror}", place=str(path)) from None
        yield f"{path}:{number}", []


def left_out(row: list[str], line: str) -> bool:
    universal = len(row) == len(UNIVERSAL) and ("-" in row[0] or "." in row[0]) and row[0][:1].isdigit()
    comment = line.startswith(("# ", "#begin", "#end")) and "\t" not in line
    return row[0] == START or comment or universal
