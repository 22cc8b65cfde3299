"""Special checks, by family of losses: a contract or a card names those that apply."""

from __future__ import annotations

from collections.abc import Callable

from lossadvisor.proof.families import detection, places
from lossadvisor.proof.subject import Subject

__all__ = ["FAMILIES"]

FAMILIES: dict[str, Callable[[Subject], str]] = {**detection.CHECKS, **places.CHECKS}
"""Every special check by its name."""
