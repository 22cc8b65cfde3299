"""What the benchmarks share: commands timed side by side, and tables."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

SCRIPT = str(Path(sysconfig.get_path("scripts"), "lossadvisor"))
COMMAND = [SCRIPT] if os.name == "nt" else [sys.executable, SCRIPT]


def side_by_side(subjects: Mapping[str, Callable[[], float]], *, runs: int) -> dict[str, float]:
    """The median milliseconds of each subject. They take turns, so that what disturbs the machine disturbs all."""
    seconds: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(runs + 1):
        for name, subject in subjects.items():
            spent = subject()
            if number:  # the first turn fills the caches
                seconds[name].append(spent)
    return {name: 1000 * median(values) for name, values in seconds.items()}


def command(*arguments: str) -> Callable[[], float]:
    """Seconds of wall-clock time of a command, start-up and end included."""

    def run() -> float:
        start = time.perf_counter()
        subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        return time.perf_counter() - start

    return run


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table, its columns aligned."""
    cells = [list(map(str, row)) for row in (header, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
