"""Files of columns, a token per line: how they are laid out, and what they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lossadvisor.errors import UserError, unknown
from lossadvisor.labels.formats.tags import Pair, is_span
from lossadvisor.labels.profile import Source

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
    """What is kept of all files.

    Args:
        pairs: neighbours of tags; "" stands for the edges of sentences and for tokens without a tag.
        places: where each pair is first.
        ragged: lines without that column.
    """

    column: int
    pairs: Counter[Pair]
    places: dict[Pair, str]
    ragged: list[str]
    sentences: int = 0
    longest: int = 0
    unlabelled: int = 0

    @property
    def tags(self) -> Counter[str]:
        """Tokens by tag."""
        found: Counter[str] = Counter()
        for (_, tag), count in self.pairs.items():
            found[tag] += count
        del found[""]
        return found


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
    return line.rstrip().split("\t") if "\t" in line else line.split()


def read(paths: Sequence[Path], column: int) -> Sums:
    """The labels of all sentences, a line at a time.

    Raises:
        UserError: a file can't be read, or many lines have no such column.
    """
    sums = Sums(column, Counter(), {}, [])
    shortest = max(column + 1, -column, 2)
    before, length, sentences, longest, unlabelled = "", 0, 0, 0, 0
    for path, number, row in rows_of(paths):
        if row and len(row) < shortest:
            sums.ragged.append(f"{path}:{number}")
            refuse(sums, number, row)
            continue
        tag = row[column] if row else ""
        pair = before, "" if tag in MISSING else tag
        if pair not in sums.pairs:
            sums.places[pair] = f"{path}:{number}"
        sums.pairs[pair] += 1
        before = pair[1]
        if row:
            length += 1
            unlabelled += not before
        else:
            sentences, longest, length = sentences + (length > 0), max(longest, length), 0
    return sums._replace(sentences=sentences, longest=longest, unlabelled=unlabelled)


def refuse(sums: Sums, number: int, row: Sequence[str]) -> None:
    """Stop where too many lines have no such column."""
    if len(sums.ragged) > max(100, RAGGED * number):
        hint = "a line is a token and its labels, parted by tabs or spaces"
        raise UserError(f"line with {len(row)} columns: there is no label", place=sums.ragged[0], hint=hint)


def rows_of(paths: Iterable[Path]) -> Iterator[tuple[Path, int, list[str]]]:
    """Each line with its number; [] after each sentence. Comments, document marks and joined tokens are left out."""
    for path in paths:
        number = 0
        try:
            with path.open(encoding="utf-8-sig") as file:
                for number, line in enumerate(file, 1):
                    row = parted(line) if not line.isspace() else []
                    if not row or not left_out(row, line):
                        yield path, number, row
        except UnicodeDecodeError as error:
            said = f"this isn't UTF-8 text: byte {error.object[error.start]:#04x} after line {number}"
            hint = f"iconv -f latin1 -t utf-8 {path} > new"
            raise UserError(said, place=f"{path}:{number + 1}", hint=hint) from None
        except OSError as error:
            raise UserError(f"can't read the file: {error.strerror}", place=str(path)) from None
        yield path, number, []


def left_out(row: list[str], line: str) -> bool:
    if row[0] != START and line[0] != "#" and not line[0].isdigit():
        return False
    universal = len(row) == len(UNIVERSAL) and ("-" in row[0] or "." in row[0]) and row[0][:1].isdigit()
    comment = line.startswith(("# ", "#begin", "#end")) and "\t" not in line
    return row[0] == START or comment or universal
