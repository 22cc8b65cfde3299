"""What a proof says: each check passed, failed or was not checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossadvisor.proof.cell import Cell

if TYPE_CHECKING:
    from lossadvisor.codegen.program import Program

PASSED, FAILED, NOT_CHECKED = "passed", "failed", "not checked"


@dataclass(frozen=True)
class Result:
    """The outcome of one check.

    `message` says what was seen, and what was expected. Of a failure `cause` is the likely reason, `fix` the edit that
    takes it away, and `line` where in the program, or 0.
    """

    check: str
    status: str
    message: str = ""
    line: int = 0
    cause: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Verdict:
    """All results for one program in one cell, and the seconds that they took."""

    program: Program
    cell: Cell
    results: tuple[Result, ...]
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether a check failed."""
        return self.count(FAILED) > 0

    @property
    def passed(self) -> bool:
        """Whether no check failed and at least one passed: silence is no approval."""
        return not self.failed and self.count(PASSED) > 0

    @property
    def word(self) -> str:
        """The verdict in a word."""
        return PASSED if self.passed else FAILED if self.failed else NOT_CHECKED

    def count(self, status: str) -> int:
        """How many checks have `status`."""
        return sum(result.status == status for result in self.results)
