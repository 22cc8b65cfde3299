"""What a program may use while it is proven."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one program may use: seconds of wall-clock and of CPU time, megabytes beyond what torch takes."""

    seconds: float = 60.0
    megabytes: int = 4096
    jobs: int = 0

    def at_once(self) -> int:
        """How many programs run at the same time."""
        return self.jobs or os.cpu_count() or 1
