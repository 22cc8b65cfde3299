"""The data libraries, imported when labels are read, and what to install where one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from lossadvisor.errors import UserError

INSTALL = "pip install 'lossadvisor[data]'"


def need(module: str, *, install: str = INSTALL) -> Any:
    """A module that not everyone has.

    Raises:
        UserError: it can't be imported.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise UserError(f"reading labels needs {module}: {error}", hint=f"install it: {install}") from None
