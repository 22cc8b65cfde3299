"""Copies of the toy rule base, with edits."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lossadvisor.rulebase.load import RuleBase

HERE = Path(__file__).parent
TOY = HERE / "toy"


def copy(into: Path, edits: Mapping[str, Any] | None = None, files: Mapping[str, str] | None = None) -> Path:
    """The toy base in a folder of its own.

    Args:
        edits: file to the text that is replaced by another one (`old: new`), which must stand there exactly once.
        files: file to its whole text.
    """
    top = into / "base"
    shutil.copytree(TOY, top)
    for name, changes in (edits or {}).items():
        path = top / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    write(top, files or {})
    return top


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Files below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def toy(overlay: Path | None = None) -> RuleBase:
    """The toy base as it is."""
    return RuleBase(overlay, shipped=TOY)
