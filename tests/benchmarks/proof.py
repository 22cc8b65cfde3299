"""How long it takes to prove every program that can be offered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from statistics import median

from tests.benchmarks.timing import COMMAND

IMPORT = "import time; start = time.perf_counter(); import torch; print(time.perf_counter() - start)"


def measure() -> dict[str, float]:
    """Programs, seconds in all, seconds of one import of torch, and the goal in seconds."""
    imports = [float(subprocess.check_output([sys.executable, "-c", IMPORT])) for _ in range(3)]
    start = time.perf_counter()
    done = subprocess.run([*COMMAND, "prove", "--all", "--device", "cpu", "--json"], capture_output=True, check=False)
    seconds = time.perf_counter() - start
    programs = json.loads(done.stdout)["programs"]
    checks = sum(check["status"] == "passed" for program in programs for check in program["checks"])
    one_import = median(imports)
    return {
        "programs": len(programs),
        "proven": sum(program["verdict"] == "passed" for program in programs),
        "failed": sum(program["verdict"] == "failed" for program in programs),
        "checks": checks,
        "seconds": seconds,
        "import": one_import,
        "goal": 2 * (one_import + 0.05 * len(programs)),
    }


def report(figures: dict[str, float]) -> str:
    """The figures in words."""
    programs, seconds = int(figures["programs"]), figures["seconds"]
    each = 1000 * (seconds - figures["import"]) / programs
    return (
        f"{programs} programs ({int(figures['proven'])} proven, {int(figures['failed'])} failed; "
        f"{int(figures['checks'])} checks passed) in {seconds:.1f} s on {os.cpu_count()} cores: "
        f"one import of torch {figures['import']:.2f} s, then {each:.0f} ms per program.\n"
        f"goal: 2 x (import + 50 ms x programs) = {figures['goal']:.1f} s: "
        f"{'met' if seconds <= figures['goal'] else 'missed'}"
    )


if __name__ == "__main__":
    print(report(measure()))
