"""A terminal program driven through a pseudo-terminal, and the screen as a user sees it."""

from __future__ import annotations

import os
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "Enter": "\r",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Left": "\x1b[D",
    "Shift-Tab": "\x1b[Z",
    "Backspace": "\x7f",
    "Ctrl-C": "\x03",
    "Ctrl-D": "\x04",
}
POINTERS = ("»", ">")
SECONDS = 30


class Screen(pyte.Screen):
    """A screen that tells the program where the cursor is when it asks, as terminals do."""

    send: Callable[[str], object]

    def write_process_input(self, data: str) -> None:
        self.send(data)


class Terminal:
    """Runs `python -c CODE ARGUMENTS` on a screen of `columns` by `rows`."""

    def __init__(
        self,
        code: str,
        *arguments: str,
        columns: int = 80,
        rows: int = 40,
        folder: Path = ROOT,
        **environment: str,
    ) -> None:
        self.screen = Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME") or name.startswith("COV")}
        settings = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), **environment}
        self.child = pexpect.spawn(
            sys.executable, ["-c", code, *arguments], env=kept | settings, dimensions=(rows, columns), cwd=folder
        )
        self.child.delaybeforesend = None
        self.screen.send = self.child.send
        self.modes_before = self.modes()
        self.raw = b""

    def modes(self) -> list[object]:
        """The settings of the terminal: echo, line editing, signals."""
        return termios.tcgetattr(self.child.child_fd)[:4]

    def read(self, seconds: float) -> bool:
        """Take in what the program wrote; false at its end."""
        try:
            data = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self.stream.feed(data)
        return True

    @property
    def text(self) -> str:
        """What is on the screen, without blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    @property
    def pointed_at(self) -> str:
        """The item that the pointer stands at."""
        lines = [line.strip() for line in self.text.splitlines()]
        return next((line[1:].strip() for line in reversed(lines) if line.startswith(POINTERS)), "")

    def until(self, wanted: Callable[[], bool], what: object) -> None:
        """Wait until the screen is as `wanted`."""
        end = time.monotonic() + SECONDS
        while not wanted():
            if not self.read(0.1):
                assert wanted(), f"ended without {what}:\n{self.text}"
                return
            assert time.monotonic() < end, f"still without {what}:\n{self.text}"

    def see(self, *texts: str, gone: Sequence[str] = ()) -> str:
        """Wait until the screen shows all `texts`, and none of those that are to be `gone`; returns the screen."""
        self.until(
            lambda: all(part in self.text for part in texts) and not any(part in self.text for part in gone),
            f"{texts} (and {tuple(gone)} gone)",
        )
        return self.text

    def press(self, *keys: str) -> None:
        """Press keys, by their names or as text."""
        for key in keys:
            self.child.send(KEYS.get(key, key))

    def point(self, label: str) -> None:
        """Move down to the item that starts with `label`."""
        self.until(lambda: bool(self.pointed_at), "a pointer")
        for _ in range(60):
            here = self.pointed_at
            if here.startswith(label):
                return
            self.press("Down")
            self.until(lambda here=here: self.pointed_at != here, "a move of the pointer")  # type: ignore[misc]
        raise AssertionError(f"no item {label!r}:\n{self.text}")

    @property
    def asked(self) -> str:
        """The question that is open: the last line with a mark, if a menu stands below it."""
        _, mark, menu = ("\n" + self.text).rpartition("\n? ")
        return menu.splitlines()[0] if mark and "Ctrl-C: quit" in menu.replace("\n", " ") else ""

    def choose(self, ask: str, label: str) -> None:
        """Wait for the question `ask`, choose an item by the start of its label, and wait until the menu is gone."""
        self.until(lambda: self.asked.startswith(ask), f"the question {ask!r}")
        asked = self.asked
        self.point(label)
        self.press("Enter")
        self.until(lambda: self.asked != asked, "the end of the menu")

    def end(self) -> int:
        """Wait for the end; returns the exit code, negative for a signal."""
        end = time.monotonic() + 3 * SECONDS
        while self.read(0.1):
            assert time.monotonic() < end, f"still running:\n{self.text}"
        self.modes_after = self.modes()
        self.child.close()
        code, signal = self.child.exitstatus, self.child.signalstatus
        return int(code) if code is not None else -int(signal)
