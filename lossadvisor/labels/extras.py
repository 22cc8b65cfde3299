"""Packages that only some users need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from lossadvisor.errors import UserError


def need(module: str, *, extra: str = "data") -> Any:
    """The module, imported now.

    Raises:
        UserError: it isn't installed; the hint names the extra that brings it.
    """
    try:
        return import_module(module)
    except ImportError:
        package = {"PIL": "pillow"}.get(module.partition(".")[0], module.partition(".")[0])
        raise UserError(f"{package} is not installed", hint=f"pip install 'lossadvisor[{extra}]'") from None
