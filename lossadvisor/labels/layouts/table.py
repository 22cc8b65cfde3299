"""Tables and arrays: what no other layout recognises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lossadvisor.errors import UserError, unknown
from lossadvisor.labels import paths
from lossadvisor.labels.arrays import READERS, array_table, read_arrays
from lossadvisor.labels.counting import read_column
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import KINDS, LabelProfile
from lossadvisor.labels.single import profile_column
from lossadvisor.labels.tables import Table, open_table

TARGETS = ("label", "labels", "target", "targets", "y", "class", "category")


def recognises(source: Source) -> bool:
    """Always: this layout comes last."""
    return bool(source.path or source.connect)


def profile(source: Source) -> LabelProfile:
    """The profile of the columns that the user names, or of the one that holds the labels.

    Raises:
        UserError: they can't be read, are empty, or have no such column.
    """
    if source.kind and source.kind not in KINDS:
        raise unknown("kind", source.kind, KINDS, place="--kind")
    if source.path == "-":
        with paths.standard_input() as path:
            return profile(source._replace(path=str(path)))._replace(source="-")
    files = paths.find_files(source.path)
    with paths.unchanged(files), opened(files) as table:
        names = choose(table, source.columns)
        return profile_column(read_column(table, names[0]), source=source.path, format=table.format, kind=source.kind)


@contextmanager
def opened(files: tuple[Path, ...]) -> Iterator[Table]:
    kind = paths.format_of(files[0])
    if kind in READERS:
        arrays = read_arrays(kind, files)
        with array_table(kind, str(files[0]), arrays) as table:
            yield table
        return
    with open_table(kind, files) as table:
        yield table


def choose(table: Table, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The columns to look at.

    Raises:
        UserError: one doesn't exist, or none is named and more than one may be meant.
    """
    lower = {name.lower(): name for name in table.columns}
    if wanted:
        for name in wanted:
            if name not in table.columns:
                raise unknown("column", name, table.columns, place="--column")
        return wanted
    if len(table.columns) == 1:
        return tuple(table.columns)
    usual = [lower[name] for name in TARGETS if name in lower]
    if len(usual) == 1:
        return tuple(usual)
    raise UserError(
        f"which column holds the labels? There are {len(table.columns)}: {shown(table.columns)}",
        place=table.place,
        hint=f"name it: --column {usual[0] if usual else list(table.columns)[-1]}",
    )


def shown(names: Mapping[str, str]) -> str:
    few = list(names)[:12]
    return ", ".join(few) + (", ..." if len(names) > len(few) else "")
