"""Devices, broken installations, and what the two processes say to each other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lossadvisor.checknames import GENERAL
from lossadvisor.errors import UserError
from lossadvisor.proof.run import KEPT, complete, environment, resolve
from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, PASSED, Result


@pytest.mark.parametrize(
    ("devices", "accelerator", "here", "absent"),
    [
        (["auto"], "", ["cpu"], []),
        (["auto"], "cuda", ["cpu", "cuda"], []),
        (["cpu"], "mps", ["cpu"], []),
        (["mps"], "mps", ["mps"], []),
        (["cpu", "cuda"], "", ["cpu"], ["cuda"]),
        (["cuda", "auto"], "cuda", ["cuda", "cpu"], []),
    ],
)
def test_auto_means_the_cpu_first_and_then_the_accelerator(
    devices: list[str], accelerator: str, here: list[str], absent: list[str]
) -> None:
    assert resolve(devices, accelerator) == (here, absent)


@pytest.mark.parametrize(("device", "accelerator"), [("cuda", ""), ("cuda", "mps"), ("xpu", "cuda")])
def test_a_device_that_is_not_here_is_refused(device: str, accelerator: str) -> None:
    with pytest.raises(UserError, match=f"no {device} device here") as raised:
        resolve([device], accelerator)
    assert "here: cpu" in raised.value.hint


def test_checks_that_a_crash_prevented_are_not_checked_and_the_crash_fails() -> None:
    results = complete([*GENERAL], [Result("runs", PASSED), Result("contract", PASSED)], "killed by SIGSEGV")
    assert [result.check for result in results] == list(GENERAL)
    assert [result.status for result in results[:4]] == [PASSED, PASSED, FAILED, NOT_CHECKED]
    assert results[2].message == "killed by SIGSEGV"


def test_checks_after_a_program_that_does_not_import_are_not_checked_for_that_reason() -> None:
    results = complete([*GENERAL], [Result("runs", FAILED, "SyntaxError")], "")
    assert {result.status for result in results[1:]} == {NOT_CHECKED}
    assert results[1].message == "SyntaxError"


def test_the_environment_is_reduced_to_what_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    names = set(environment(str(tmp_path)))
    assert names <= {*KEPT, "TMPDIR", "TEMP", "TMP", "OMP_NUM_THREADS", "TORCHINDUCTOR_COMPILE_THREADS"}


@pytest.mark.parametrize("broken", ["raise ImportError('libtorch is damaged')", "import os; os._exit(9)"])
def test_without_a_working_torch_proving_says_what_to_install(tmp_path: Path, broken: str) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(broken, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "lossadvisor", "prove", "--task", "multiclass"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "proving needs PyTorch" in done.stderr
    assert "pip install torch" in done.stderr
    assert "Traceback" not in done.stderr
