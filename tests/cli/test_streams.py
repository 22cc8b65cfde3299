"""Pipes, locales and narrow terminals, with the installed program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RECOMMEND = [sys.executable, "-m", "lossadvisor", "recommend", "--task", "multiclass"]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "LC_ALL", "LANG")}
    return subprocess.run(command, capture_output=True, env={**kept, **environment}, check=False)


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("command", ["list tasks", "explain cross_entropy", "recommend --task multiclass --json"])
def test_a_closed_pipe_ends_the_command_quietly(command: str) -> None:
    line = f"set -o pipefail; {sys.executable} -m lossadvisor {command} | true"
    done = run("bash", "-c", line)
    assert done.stderr == b""
    assert done.returncode in (0, 141)


@pytest.mark.parametrize("locale", ["C", "POSIX"])
@pytest.mark.parametrize("style", ["--json", "--markdown", ""])
def test_a_locale_without_utf_8_is_no_reason_to_fail(locale: str, style: str) -> None:
    done = run(*RECOMMEND, *style.split(), LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0, done.stderr
    assert b"nn.CrossEntropyLoss()" in done.stdout


def test_piped_output_has_no_colour() -> None:
    assert b"\x1b" not in run(*RECOMMEND).stdout


def test_output_fits_forty_columns() -> None:
    done = run(*RECOMMEND, COLUMNS="40", PYTHONUTF8="1")
    assert done.returncode == 0
    assert max(len(line.rstrip()) for line in done.stdout.decode().splitlines()) <= 40


def test_json_comes_sorted_and_the_same_every_time() -> None:
    first, second = (run(*RECOMMEND, "--json").stdout for _ in range(2))
    assert first == second
    keys = [line.split('"')[1] for line in first.decode().splitlines() if line.startswith('  "')]
    assert keys == sorted(keys)


def test_the_program_goes_to_stdout_and_everything_else_to_stderr(tmp_path: Path) -> None:
    generate = [*RECOMMEND[:3], "generate", "--task", "class-imbalance", "--class-counts", "900,90,10", "--no-prove"]
    done = run(*generate)
    compile(done.stdout, "program.py", "exec")
    assert b"--imbalance severe" in done.stderr
    written = run(*generate, "-o", str(tmp_path / "train.py"))
    assert written.stdout == b""
    assert b"train.py" in written.stderr


def test_a_value_that_the_program_has_no_place_for_is_told() -> None:
    generate = [*RECOMMEND[:3], "generate", "--task", "multiclass", "--no-prove"]
    assert b"--class-weights has no place in this program" in run(*generate, "--class-weights", "1,2,3").stderr
    assert run(*generate, "--num-classes", "7").stderr == b""


def test_a_bug_is_told_as_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import lossadvisor.cli
    from lossadvisor.cli import main

    monkeypatch.setattr(lossadvisor.cli, "run", lambda arguments: 1 / 0)
    assert main([]) == 3
    assert "this is a bug in lossadvisor" in capsys.readouterr().err


def test_ctrl_c_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    import lossadvisor.cli
    from lossadvisor.cli import main

    def interrupted(arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(lossadvisor.cli, "run", interrupted)
    assert main([]) == 130
