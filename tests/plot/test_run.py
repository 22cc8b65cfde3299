"""Programs whose landscape is drawn run in a process of their own: what they do there harms nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from lossadvisor.codegen.program import render
from lossadvisor.errors import UserError
from lossadvisor.plot.choice import spec
from lossadvisor.plot.curves import subject_of
from lossadvisor.plot.landscape import over_batch_of
from lossadvisor.plot.landscape import planes as drawn_here
from lossadvisor.plot.planes import Plane
from lossadvisor.plot.run import Spoilt, plane_of, planes
from lossadvisor.proof.limits import Limits
from lossadvisor.rulebase.load import RuleBase

pytestmark = pytest.mark.torch
BASE = RuleBase()
SIZES = {"points": 5, "steps": 8, "seed": 0}
GOOD = render(BASE, spec(BASE, "mse", "value"))
WRITES = """
import os
for writer in range(3, 30):
    try:
        os.write(writer, {text!r})
    except OSError:
        pass
"""
MISBEHAVING = {
    "exits-hard": ("import os; os._exit(3)", "the interpreter ended with exit code 3"),
    "ends-early": ("import os; os._exit(0)", "it ended before the picture was complete"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "killed by SIGSEGV"),
    "exits": ("import sys; sys.exit(7)", "SystemExit: 7"),
    "hangs": ("while True: pass", "stopped after 2 s"),
    "sleeps": ("import time; time.sleep(60)", "stopped after 2 s"),
    "allocates": ("x = [bytearray(1 << 26) for _ in range(99)]", "MemoryError"),
    "fills-the-disk": ("open('big', 'wb').write(b'x' * (64 << 20))", "OSError"),
    "reads-input": ("input()", "EOFError"),
    "is-not-python": ("this isn't Python", "SyntaxError"),
    "forks-without-end": (
        "import os, time\nfor _ in range(200):\n    if os.fork() == 0: time.sleep(30)\ntime.sleep(30)",
        "more than 64 processes",
    ),
    "sends-half-a-plane": (WRITES.format(text=b'{"plane": {"name": "around"}}\n' * 2) + "os._exit(0)", "disturbs"),
}


def drawn(source: str, seconds: float = 30.0) -> list[Plane]:
    return planes(BASE, [replace(GOOD, source=source)], SIZES, Limits(seconds=seconds, megabytes=512))


@pytest.fixture(scope="module")
def good() -> list[Plane]:
    return drawn(GOOD.source)


@pytest.mark.parametrize("name", MISBEHAVING)
def test_a_misbehaving_program_is_told_of(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    code, says = MISBEHAVING[name]
    with pytest.raises(UserError, match="can't draw it: ") as failure:
        drawn(f"{code}\n{GOOD.source}", 2.0 if says.startswith("stopped") else 30.0)
    assert says in failure.value.message
    assert ("--seconds" in failure.value.hint) is (name in ("hangs", "sleeps", "allocates"))
    assert [*tmp_path.iterdir()] == []


def test_the_planes_are_those_that_the_program_has_in_this_process() -> None:
    programs = [GOOD, render(BASE, spec(BASE, "huber", "value"))]
    subject, other = (subject_of(BASE, program) for program in programs)
    losses = {"mse": subject.loss, "huber": over_batch_of(subject, other)}
    here = drawn_here(subject, losses, points=5, steps=8, seed=0, tick=lambda: None)
    ticks: list[int] = []
    assert planes(BASE, programs, SIZES, Limits(seconds=0), tick=lambda: ticks.append(1)) == here
    assert len(ticks) == 2 * 2 * 5


@pytest.mark.parametrize(
    "code",
    [
        "print('x' * 10**6)",
        "import os; os.write(1, b'x' * 10**6); os.system('echo out; echo err >&2')",
        WRITES.format(text=b"[]\n1\n\xff\n{}\n"),
    ],
)
def test_what_a_program_writes_leaves_the_picture_alone(
    code: str, good: list[Plane], capfd: pytest.CaptureFixture[str]
) -> None:
    assert drawn(f"{code}\n{GOOD.source}") == good
    assert capfd.readouterr() == ("", "")


def test_files_that_a_program_writes_are_thrown_away(
    good: list[Plane], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert drawn(f"open('model.pt', 'w').write('x')\n{GOOD.source}") == good
    assert [*tmp_path.iterdir()] == []


def test_the_environment_that_a_program_sees_holds_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    drawn(f"import os\nassert 'SECRET_TOKEN' not in os.environ\n{GOOD.source}")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"}, {"xs": [0.0]}, {"ys": ["a"] * 5}, {"axes": []}, {"surfaces": {}}, {"path": [[0.0]]},
        {"surfaces": {"mse": [[0.0] * 5] * 4}}, {"surfaces": {"mse": [[None] * 5] * 5}}, {"said": None},
    ],
)  # fmt: skip
def test_what_is_no_plane_is_refused(good: list[Plane], change: dict[str, object]) -> None:
    plane = good[0]._asdict()
    assert plane_of(plane, ["mse"], 5)._asdict() == plane
    with pytest.raises(Spoilt):
        plane_of({**plane, **change}, ["mse"], 5)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path, number: signal.Signals, code: int) -> None:
    beacon, program = tmp_path / "beacon", tmp_path / "program.py"
    hang = f"import time\nwhile True: open({str(beacon)!r}, 'a').write('x'); time.sleep(0.05)\n"
    program.write_text(hang + GOOD.source, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "lossadvisor", "plot", "landscape", str(program), "--task", "regression"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    while not beacon.exists():
        time.sleep(0.05)
    process.send_signal(number)
    assert process.wait(timeout=20) == code
    size = beacon.stat().st_size
    time.sleep(0.3)
    assert beacon.stat().st_size == size
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beacon", "program.py"]
