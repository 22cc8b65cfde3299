"""Which known mistake gives a value that was seen."""

from __future__ import annotations

import math
from collections.abc import Mapping


def likely(seen: float, known: Mapping[str, float]) -> str:
    """The first of the mistakes that gives this value, in brackets; nothing if it is none of them."""
    return next((f" ({name})" for name, value in known.items() if math.isclose(seen, value, rel_tol=1e-3)), "")
