"""Tables and arrays: what no other layout recognises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lossadvisor.errors import UserError, unknown
from lossadvisor.labels.kinds.lists import is_list, profile_list
from lossadvisor.labels.kinds.matrices import Rows
from lossadvisor.labels.kinds.several import profile_rows
from lossadvisor.labels.kinds.single import profile_column
from lossadvisor.labels.kinds.structures import find_structure, profile_structure
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import KINDS, LabelProfile, Storage
from lossadvisor.labels.tables import paths
from lossadvisor.labels.tables.arrays import READERS, Arrays, array_table, read_arrays
from lossadvisor.labels.tables.arrow import arrow_table, dataset_files, is_dataset
from lossadvisor.labels.tables.blocks import blocks_of_array, blocks_of_table, check_numbers
from lossadvisor.labels.tables.counting import read_column
from lossadvisor.labels.tables.databases import database_table
from lossadvisor.labels.tables.surveys import survey
from lossadvisor.labels.tables.table import Table, open_table

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
    if source.connect:
        with database_table(source.connect, source.table) as table:
            return profile_table(table, source._replace(path=table.place))
    if source.path == "-":
        with paths.standard_input() as path:
            return profile(source._replace(path=str(path)))._replace(source="-")
    names: Mapping[str, tuple[str, ...]] = {}
    if is_dataset(source.path):
        files, names = dataset_files(source.path)
    else:
        files = paths.find_files(source.path)
    kind = paths.format_of(files[0])
    with paths.unchanged(files):
        if kind in READERS:
            return profile_arrays(kind, read_arrays(kind, files), source)
        with arrow_table(files, names) if kind == "arrow" else open_table(kind, files) as table:
            return profile_table(table, source)


def profile_table(table: Table, source: Source) -> LabelProfile:
    """The profile of a table: of the columns named, of its structure, or of the one that holds the labels."""
    structure = find_structure(table) if not source.columns else None
    if structure and source.kind in ("", structure.kind):
        return profile_structure(table, structure, source=source.path)
    names = choose(table.columns, source.columns, table.place)
    if len(names) > 1:
        check_numbers(table, names)
        seen = survey(blocks_of_table(table, names))
        storage = Storage(
            table.format, "text" if table.text else table.columns[names[0]].lower(), (seen.rows, len(names))
        )
        return profile_rows(Rows(seen, names), source=source.path, storage=storage, kind=source.kind)
    if is_list(table.columns[names[0]]):
        return profile_list(table, names[0], source=source.path, kind=source.kind)
    column = read_column(table, names[0])
    return profile_column(column, source=source.path, format=table.format, kind=source.kind)


def profile_arrays(kind: str, arrays: Arrays, source: Source) -> LabelProfile:
    """The profile of one of the arrays of a file: one value per sample, or several."""
    (name, *others) = choose(dict.fromkeys(arrays, ""), source.columns, source.path)
    if others:
        raise UserError("one array at a time", place="--column", hint=f"--column {name}")
    array = arrays[name]
    if array.dtype.kind not in "biufUS":
        raise UserError(f"the array {name!r} holds {array.dtype}: labels are numbers or text", place=source.path)
    if not array.size:
        raise UserError(f"the array {name!r} is empty: shape {tuple(array.shape)}", place=source.path)
    storage = Storage(kind, str(array.dtype), tuple(array.shape))
    if array.ndim > 1 and array.size > array.shape[0] and array.dtype.kind in "biuf":
        seen = survey(blocks_of_array(array), array.shape)
        return profile_rows(Rows(seen, (name,)), source=source.path, storage=storage, kind=source.kind)
    with array_table(kind, source.path, {name: array}) as table:
        told = profile_column(read_column(table, name), source=source.path, format=kind, kind=source.kind)
    return told._replace(storage=storage)


def choose(columns: Mapping[str, Any], wanted: tuple[str, ...], place: str) -> tuple[str, ...]:
    """The columns to look at.

    Raises:
        UserError: one doesn't exist, or none is named and more than one may be meant.
    """
    for name in wanted:
        if name not in columns:
            raise unknown("column", name, columns, place="--column")
    if wanted or len(columns) == 1:
        return wanted or tuple(columns)
    usual = [name for name in columns if name.lower() in TARGETS]
    if len(usual) == 1:
        return tuple(usual)
    few = ", ".join(list(columns)[:12]) + (", ..." if len(columns) > 12 else "")
    hint = f"name it: --column {usual[0] if usual else list(columns)[-1]}"
    raise UserError(f"which column holds the labels? There are {len(columns)}: {few}", place=place, hint=hint)
