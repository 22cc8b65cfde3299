"""How long a command takes to start, beside a typer hello-world and an interpreter that does nothing."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.benchmarks.timing import command, side_by_side, table

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "lossadvisor"]
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
        environment = installed(Path(folder, "installed"))
        subjects = {
            PASS: command(sys.executable, "-c", "pass", environment=environment),
            TYPER: command(sys.executable, str(hello), environment=environment),
            ONE_SHOT: command(*COMMAND, "recommend", "--task", "regression", "--json", environment=environment),
            HELP: command(*COMMAND, "--help", environment=environment),
        }
        if os.name == "posix":
            subjects[WIZARD] = first_prompt(environment)
        return side_by_side(subjects, runs=RUNS)


def installed(folder: Path) -> dict[str, str]:
    """The environment in which lossadvisor comes from a wheel in `folder`, as users have it, not from the checkout."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder), str(wheel)], check=True)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(folder)}


def first_prompt(environment: Mapping[str, str], text: bytes = b"What is the task?") -> Callable[[], float]:
    """Seconds until the wizard shows its first question in a terminal."""
    import pty
    import termios

    def run() -> float:
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (40, 100)) if sys.version_info >= (3, 11) else None
        start = time.perf_counter()
        process = subprocess.Popen(
            COMMAND, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environment
        )
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
