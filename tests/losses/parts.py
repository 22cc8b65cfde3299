"""Templates as modules, for the tests of what is in them."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from lossadvisor import resources


def template(name: str) -> Any:
    """A template as a module, e.g. `losses.pinball`."""
    folder = str(resources.folder("templates"))
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module(name)
