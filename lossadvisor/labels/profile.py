"""From labels to their profile: who can read them, reads them."""

from __future__ import annotations

import re
from importlib import import_module
from typing import NamedTuple

from lossadvisor.labels.records import LabelProfile

LAYOUTS = ("coco", "yolo", "masks", "imagefolder", "conll", "table")
"""Modules of `labels.layouts`, the most special first; `table` takes what is left."""


class Source(NamedTuple):
    """Where labels are, as the user said it.

    Args:
        path: a file, a folder, a glob, "-" for standard input, "" where `connect` is given.
        columns: which columns; () lets the reader choose.
        kind: the user's word on what they are, one of KINDS; "" lets the labels tell.
        connect: the URL of a database that Ibis knows.
        table: the name of a table in it.
    """

    path: str
    columns: tuple[str, ...] = ()
    kind: str = ""
    connect: str = ""
    table: str = ""


def without_password(url: str, instead: str = "") -> str:
    """The URL of a database without the password: nobody may read it in a report, or in a program's docstring."""
    plain = re.sub(r"(?<=//)([^/?#:@]*):.*@", rf"\1{instead}@", url)
    return re.sub(r"(?<=[?&]password=)[^&]*", instead, plain)


def profile(source: Source) -> LabelProfile:
    """What the labels are.

    Raises:
        UserError: they can't be read, are empty, or have no such column.
    """
    for layout in LAYOUTS:
        module = import_module(f"lossadvisor.labels.layouts.{layout}")
        if module.recognises(source):
            profiled: LabelProfile = module.profile(source)
            return profiled
    raise AssertionError(source)
