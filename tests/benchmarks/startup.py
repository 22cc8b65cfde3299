"""How long a command takes to start, beside a typer hello-world and an interpreter that does nothing."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests import wheel
from tests.benchmarks.timing import command, side_by_side, table

RUNS = 40
HELLO = """
import typer

app = typer.Typer()


@app.command()
def hello(name: str = "world") -> None:
    print(f"hello {name}")


app()
"""
PASS, TYPER = "python -c pass", "typer hello-world"
ONE_SHOT, HELP, WIZARD = "recommend --json", "--help", "wizard, to its first question"


def measure() -> dict[str, float]:
    """Median milliseconds of each command."""
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder, "hello.py")
        hello.write_text(HELLO, encoding="utf-8")
        # A wheel, as users have it; all with the interpreter of its environment.
        place = Path(folder, "installed")
        wheel.install(wheel.build(Path(folder)), place)
        python, lossadvisor = wheel.script(place, "python"), wheel.script(place, "lossadvisor")
        subjects = {
            PASS: command(python, "-c", "pass"),
            TYPER: command(python, str(hello)),
            ONE_SHOT: command(lossadvisor, "recommend", "--task", "multiclass", "--json"),
            HELP: command(lossadvisor, "--help"),
        }
        if os.name == "posix":
            subjects[WIZARD] = first_prompt(lossadvisor)
        return side_by_side(subjects, runs=RUNS)


def first_prompt(program: str, text: bytes = b"Do you have the labels") -> Callable[[], float]:
    """Seconds until the wizard shows its first question in a terminal."""
    import pty
    import termios

    def run() -> float:
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (40, 100)) if sys.version_info >= (3, 11) else None
        start = time.perf_counter()
        process = subprocess.Popen([program], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
        os.close(theirs)
        seen = b""
        with contextlib.suppress(OSError):
            while text not in seen:
                seen += os.read(ours, 65536)
        spent = time.perf_counter() - start
        process.kill()
        process.wait()
        os.close(ours)
        assert text in seen, seen.decode(errors="replace")
        return spent

    return run


def report(figures: dict[str, float]) -> str:
    """Milliseconds, and how many times as long as the two that do nothing."""
    rows = [
        (name, f"{spent:.0f}", f"{spent / figures[PASS]:.2f}", f"{spent / figures[TYPER]:.2f}")
        for name, spent in figures.items()
    ]
    return table(("command", "ms", f"x {PASS}", f"x {TYPER}"), rows)


if __name__ == "__main__":
    print(report(measure()))
    print(f"medians of {RUNS} runs; goals: recommend <= 1.15 x typer and <= 100 ms, first question <= 160 ms")
