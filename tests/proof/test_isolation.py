"""Programs that misbehave: each is stopped, named, and takes nothing else down."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from lossadvisor.checknames import GENERAL
from lossadvisor.codegen.program import Program, Spec, render
from lossadvisor.errors import UserError
from lossadvisor.proof.cell import Cell, Settings
from lossadvisor.proof.limits import Limits
from lossadvisor.proof.run import collect, complete, promise, prove
from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, PASSED, Verdict
from lossadvisor.rulebase.load import RuleBase

pytestmark = pytest.mark.torch
BASE = RuleBase()
GOOD = render(BASE, Spec("cross_entropy", "multiclass", "mlp", "class-index"))

MISBEHAVING = {
    "hangs": ("while True: pass", "stopped after 5 s"),
    "sleeps": ("import time; time.sleep(60)", "stopped after 5 s"),
    "exits": ("import sys; sys.exit(7)", "SystemExit: 7"),
    "exits-hard": ("import os; os._exit(3)", "ended with exit code 3"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "killed by SIGSEGV"),
    "allocates": ("x = [bytearray(1 << 26) for _ in range(99)]", "MemoryError"),
    "allocates-tensors": ("import torch; x = [torch.ones(1 << 24) for _ in range(99)]", "RuntimeError"),
    "prints-without-end": ("for _ in range(10**6): print('x' * 1000)", ""),
    "fills-the-disk": ("open('big', 'wb').write(b'x' * (64 << 20))", "OSError"),
    "forks-without-end": (
        "import os, time\nfor _ in range(200):\n    if os.fork() == 0: time.sleep(30)\ntime.sleep(30)",
        "more than 64 processes",
    ),
    "is-not-python": ("this isn't Python", "not Python"),
    "is-empty-of-names": ("x = 1", ""),
    "recurses": ("def f(): f()\nf()", "RecursionError"),
    "reads-input": ("input()", "EOFError"),
    "needs-what-is-not-there": ("import surely_not_installed", "ModuleNotFoundError"),
}


def proven(*sources: str, seconds: float = 5.0) -> list[Verdict]:
    programs = [Program(source, GOOD.spec) for source in sources]
    return prove(BASE, programs, Settings(["cpu"]), limits=Limits(seconds=seconds, megabytes=512, jobs=2))


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    sources = [f"{code}\n" for code, _ in MISBEHAVING.values()]
    found = proven(*sources, GOOD.source)
    return dict(zip([*MISBEHAVING, "good"], found, strict=True))


@pytest.mark.parametrize(
    "name", [name for name in MISBEHAVING if name not in ("is-empty-of-names", "prints-without-end")]
)
def test_a_misbehaving_program_fails_with_the_reason(verdicts: dict[str, Verdict], name: str) -> None:
    failed = [result for result in verdicts[name].results if result.status == FAILED]
    assert [result.check for result in failed] == ["runs"]
    assert MISBEHAVING[name][1] in failed[0].message


@pytest.mark.parametrize("name", ["is-empty-of-names", "prints-without-end"])
def test_a_program_without_the_expected_names_is_not_checked_rather_than_passed(
    verdicts: dict[str, Verdict], name: str
) -> None:
    assert not verdicts[name].passed
    assert {result.status for result in verdicts[name].results} == {NOT_CHECKED}
    assert "has no `batch`" in verdicts[name].results[1].message


def test_every_verdict_names_every_check(verdicts: dict[str, Verdict]) -> None:
    for verdict in verdicts.values():
        assert [result.check for result in verdict.results] == [*GENERAL, "told-probabilities"]


def test_a_good_program_beside_bad_ones_is_proven(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["good"].passed
    assert verdicts["good"].count(PASSED) >= 13


def test_a_program_that_hangs_in_training_keeps_the_results_it_had() -> None:
    source = GOOD.source.replace("optimizer.zero_grad()", "all(True for _ in iter(int, 1))")
    (verdict,) = proven(source)
    by_name = {result.check: result for result in verdict.results}
    assert by_name["runs"].status == FAILED
    assert by_name["runs"].message == "stopped after 5 s"
    assert by_name["order"].status == NOT_CHECKED


def test_a_process_that_a_program_leaves_behind_is_killed(tmp_path: Path) -> None:
    beacon = tmp_path / "beacon"
    child = f"import time\nwhile True: open({str(beacon)!r}, 'a').write('x'); time.sleep(0.05)"
    source = f"import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(0.5)\n"
    proven(source + GOOD.source)
    size = beacon.stat().st_size
    time.sleep(0.3)
    assert beacon.stat().st_size == size


def test_the_environment_that_a_program_sees_holds_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    source = "import os\nassert 'SECRET_TOKEN' not in os.environ\n" + GOOD.source
    (verdict,) = proven(source)
    assert verdict.passed


def test_verdicts_come_in_the_order_of_the_programs_whatever_finishes_first() -> None:
    slow = "import time; time.sleep(1)\n" + GOOD.source
    finished: list[str] = []
    programs = [Program(slow, replace(GOOD.spec, model="slow")), Program(GOOD.source, replace(GOOD.spec, model="fast"))]
    found = prove(
        BASE,
        programs,
        Settings(["cpu"]),
        limits=Limits(jobs=2),
        on_done=lambda v: finished.append(v.program.spec.model),
    )
    assert finished == ["fast", "slow"]
    assert [verdict.program.spec.model for verdict in found] == ["slow", "fast"]


def test_a_device_that_is_not_here_is_refused_before_anything_runs() -> None:
    missing = "xpu"
    with pytest.raises(UserError, match="no xpu device here"):
        prove(BASE, [GOOD], Settings([missing]))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path, number: signal.Signals, code: int) -> None:
    beacon = tmp_path / "beacon"
    program = tmp_path / "program.py"
    hang = f"import time\nwhile True: open({str(beacon)!r}, 'a').write('x'); time.sleep(0.05)\n"
    program.write_text(hang + GOOD.source, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "lossadvisor", "prove", str(program), "--device", "cpu"],
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


def test_where_there_is_no_fork_each_program_gets_an_interpreter_of_its_own() -> None:
    script = "import os; del os.fork; from lossadvisor.proof.server import main; main()"
    bad = Program("import os; os._exit(3)\n", GOOD.spec)
    jobs = [
        {
            "id": number,
            "seed": 0,
            "jobs": 1,
            "seconds": 60.0,
            "megabytes": 512,
            **promise(BASE, program, Cell(), "full"),
        }
        for number, program in enumerate([GOOD, bad])
    ]
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    done = subprocess.run([sys.executable, "-c", script], input=lines, capture_output=True, text=True, check=True)
    good, crashed = (complete([*GENERAL], found, ended) for _, found, ended, _ in collect(io.StringIO(done.stdout)))
    assert {result.status for result in good} == {PASSED, NOT_CHECKED}
    assert (crashed[0].status, crashed[0].message) == (FAILED, "the interpreter ended with exit code 3")


def test_a_library_that_is_installed_but_broken_leaves_its_programs_unchecked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('operator torchvision::nms does not exist')\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    program = render(BASE, Spec("sigmoid_focal", "binary", "mlp", "class-index", "torchvision"))
    (verdict,) = prove(BASE, [program], Settings(["cpu"]))
    assert verdict.word == NOT_CHECKED
    assert "operator torchvision::nms does not exist" in verdict.results[0].message
