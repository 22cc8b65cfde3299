"""The one exception that users see, and the exit codes."""

from __future__ import annotations

from collections.abc import Iterable

FOUND = 1  # a failed proof, a finding
USAGE = 2
INTERNAL = 3
INTERRUPTED = 130

FEW = 8  # names that fit into a message


class UserError(Exception):
    """Bad input: what is wrong, where, and what to type next.

    Args:
        message: what is wrong, with the bad value.
        place: where, as `file:line:col` or a flag.
        hint: the nearest valid value, or the next command.
        code: the exit code.
    """

    def __init__(self, message: str, *, place: str = "", hint: str = "", code: int = USAGE) -> None:
        super().__init__(message)
        self.message, self.place, self.hint, self.code = message, place, hint, code


def nearest(value: str, valid: Iterable[str]) -> str:
    """The valid value most like `value`, or "" when none is."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(value.lower(), list(valid), n=1, cutoff=0.5)), "")


def unknown(kind: str, value: str, valid: Iterable[str], *, place: str = "", listing: str = "") -> UserError:
    """The error for a name that does not exist: with the nearest valid one, or all of them."""
    valid = list(valid)
    guess = nearest(value, valid)
    hints = [f"did you mean {guess!r}?"] if guess else []
    if not guess or len(valid) <= FEW:
        hints.append(f"one of: {', '.join(valid)}.")
    if listing:
        hints.append(f"`{listing}` shows them all.")
    hint = " ".join(hints)
    return UserError(f"unknown {kind} {value!r}", place=place, hint=hint)
