"""What a proof says: each check passed, failed or was not checked."""

from __future__ import annotations

from dataclasses import dataclass

from lossadvisor.codegen.program import Program

PASSED, FAILED, NOT_CHECKED = "passed", "failed", "not checked"


@dataclass(frozen=True)
class Result:
    """The outcome of one check. `message` says what was seen; `line` is where in the program, or 0."""

    check: str
    status: str
    message: str = ""
    line: int = 0


@dataclass(frozen=True)
class Verdict:
    """All results for one program on one device, and the seconds that they took."""

    program: Program
    device: str
    results: tuple[Result, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether no check failed and at least one passed."""
        statuses = {result.status for result in self.results}
        return FAILED not in statuses and PASSED in statuses

    def count(self, status: str) -> int:
        """How many checks have `status`."""
        return sum(result.status == status for result in self.results)
