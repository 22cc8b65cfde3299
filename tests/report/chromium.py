"""A headless Chromium, spoken to over the pipe of its DevTools protocol."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

PROGRAM = shutil.which("chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --remote-debugging-pipe"
).split()


class Tab:
    """A tab: calls of the protocol, and the events that came meanwhile."""

    def __init__(self, reader: int, writer: int) -> None:
        self.reader, self.writer = reader, writer
        self.pending, self.number, self.session = b"", 0, ""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> Any:
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        while (answer := self.read()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def read(self) -> dict[str, Any]:
        while b"\0" not in self.pending:
            part = os.read(self.reader, 1 << 20)
            assert part, "Chromium ended"
            self.pending += part
        message, _, self.pending = self.pending.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def open(self, page: Path, look: Look) -> None:
        """Load a page, until it is whole."""
        self.events.clear()
        size = {"width": look.width, "height": 844, "deviceScaleFactor": 1, "mobile": look.width < 500}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if look.dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Emulation.setScriptExecutionDisabled", value=True)
        self.call("Page.navigate", url=page.as_uri())
        while not self.seen("Page.loadEventFired"):
            self.events.append(self.read())

    def seen(self, method: str) -> list[Any]:
        """What the events of that name tell."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, which the protocol evaluates even where the page may run no script."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def picture(self) -> bytes:
        """The whole page as a PNG."""
        return b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])


class Look(NamedTuple):
    """How a page is looked at."""

    width: int
    dark: bool = False


@contextmanager
def chromium(folder: Path) -> Iterator[Tab]:
    """A tab of a browser that keeps all it has in `folder`, and is gone at the end."""
    there, write = os.pipe()
    read, here = os.pipe()
    command = [str(PROGRAM), *FLAGS, f"--user-data-dir={folder}"]
    process = subprocess.Popen(
        ["bash", "-c", f'exec "$0" "$@" 3<&{there} 4>&{here}', *command],
        pass_fds=(there, here),
        stderr=subprocess.DEVNULL,
    )
    os.close(there)
    os.close(here)
    try:
        yield Tab(read, write)
    finally:
        os.close(write)  # it ends when nobody speaks to it any more
        os.close(read)
        process.wait(timeout=20)
