"""Where the shipped rules and templates lie: in a checkout, an editable install or a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The shipped folder `name` ("rules" or "templates")."""
    installed = PACKAGE / "_data" / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def compiled(path: Path) -> Path | None:
    """The JSON beside a YAML file of an installed package, if `path` is one."""
    found = path.with_suffix(".json")
    return found if (PACKAGE / "_data") in path.parents and found.is_file() else None
