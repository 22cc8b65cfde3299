"""What `rules check` reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lossadvisor.errors import nearest
from lossadvisor.rulebase.yamlfile import Place

LISTED = 12


@dataclass(frozen=True)
class Finding:
    """A fault of the rule files: where it is, its code, and what is wrong.

    `witness` is a one-shot command that shows it, where there is one.
    """

    place: Place
    code: str
    message: str
    witness: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.code}: {self.message}"


def did_you_mean(value: str, valid: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest valid one, or all if they are few."""
    valid = [str(name) for name in valid]  # a malformed file may have keys that are no text
    if guess := nearest(value, valid):
        return f"; did you mean {guess!r}?"
    return f"; one of: {', '.join(valid)}" if 0 < len(valid) <= LISTED else ""
