"""Start-up is short because little is imported, and a missing or broken PyTorch stops nothing but proving."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"jsonschema", "matplotlib", "prompt_toolkit", "pydantic", "questionary", "rich", "torch"}
LISTING = """
import json, sys
from lossadvisor.cli import main
code = main({arguments!r})
print("\\n" + json.dumps([code, sorted(sys.modules)]))
"""
BROKEN = {
    "missing": ("sitecustomize.py", "import sys\nsys.modules['torch'] = None\n"),
    "broken": ("torch/__init__.py", "raise OSError('libtorch_cpu.so: cannot open shared object file')\n"),
}


def python(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python, with the folder `path` before all others that it imports from."""
    environment = {**os.environ, "LOSSADVISOR_RULES": "", "PYTHONPATH": str(path or "")}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", env=environment, check=False
    )


def imported(done: subprocess.CompletedProcess[str]) -> tuple[int, set[str]]:
    """Exit code and modules that the child tells in its last line."""
    assert done.returncode == 0, done.stderr
    code, modules = json.loads(done.stdout.splitlines()[-1])
    return code, set(modules)


@pytest.mark.parametrize(
    "arguments",
    [
        ["recommend", "--task", "multiclass", "--json"],
        ["recommend", "--task", "multiclass", "--markdown"],
        ["list", "tasks"],
        ["list", "questions", "--json"],
        ["explain", "cross_entropy"],
        ["generate", "--task", "multiclass", "--no-prove"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_one_shot_commands_import_nothing_heavy(arguments: list[str]) -> None:
    code, modules = imported(python("-c", LISTING.format(arguments=arguments)))
    assert code == 0
    assert not HEAVY & modules


@pytest.mark.parametrize("command", ["recommend", "generate"])
def test_without_labels_nothing_that_reads_them_is_imported(command: str) -> None:
    arguments = [command, "--task", "multiclass", *(["--no-prove"] if command == "generate" else [])]
    _, modules = imported(python("-c", LISTING.format(arguments=arguments)))
    assert not {"duckdb", "ibis", "numpy", "pyarrow"} & modules
    assert not [name for name in modules if name.startswith("lossadvisor.labels")]


def test_labels_are_read_without_torch_and_pandas(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("y\n" + "cat\ndog\n" * 50, encoding="utf-8")
    code, modules = imported(
        python("-c", LISTING.format(arguments=["inspect", str(tmp_path / "labels.csv"), "--json"]))
    )
    assert code == 0
    assert not {"pandas", "torch"} & modules


def test_importing_the_package_imports_next_to_nothing() -> None:
    told = "import sys; before = set(sys.modules); import lossadvisor; print(sorted(set(sys.modules) - before))"
    done = python("-c", told)
    assert done.stdout.strip() in ("['lossadvisor']", "['__future__', 'lossadvisor']"), done.stderr


@pytest.fixture(params=BROKEN)
def no_torch(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder that hides torch from whoever imports from it first."""
    name, text = BROKEN[request.param]
    file = tmp_path / "path" / name
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    assert python("-c", "import torch", path=tmp_path / "path").returncode == 1
    return tmp_path / "path"


@pytest.mark.parametrize(
    "arguments",
    [
        ["recommend", "--task", "multiclass"],
        ["recommend", "--task", "multiclass", "--json"],
        ["generate", "--task", "multiclass", "--no-prove"],
        ["list", "losses"],
        ["explain", "cross_entropy"],
        ["rules", "check"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_all_but_proving_works_without_torch(no_torch: Path, arguments: list[str]) -> None:
    done = python("-m", "lossadvisor", *arguments, path=no_torch)
    assert done.returncode == 0, done.stderr
    assert done.stdout or arguments == ["rules", "check"]


def test_proving_without_torch_says_what_to_install(no_torch: Path) -> None:
    done = python("-m", "lossadvisor", "prove", "--task", "multiclass", path=no_torch)
    assert done.returncode == 2
    assert "proving needs PyTorch" in done.stderr
    assert "pip install torch" in done.stderr
    assert "Traceback" not in done.stderr


def test_drawing_without_torch_says_what_to_install(no_torch: Path) -> None:
    done = python("-m", "lossadvisor", "plot", "curves", "mse", path=no_torch)
    assert done.returncode == 2
    assert "curves need PyTorch" in done.stderr
    assert "pip install torch" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_program_is_written_even_if_it_cannot_be_proven(no_torch: Path, tmp_path: Path) -> None:
    program = tmp_path / "train.py"
    done = python("-m", "lossadvisor", "generate", "--task", "multiclass", "-o", str(program), path=no_torch)
    assert done.returncode == 2
    assert "pip install torch" in done.stderr
    assert "nn.CrossEntropyLoss" in program.read_text(encoding="utf-8")
