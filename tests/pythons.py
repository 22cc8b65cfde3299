"""The tests that need no torch on every Python from 3.10 to 3.13 that is here, in environments without torch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("3.10", "3.11", "3.12", "3.13")
WITH_TORCH = {"mypy", "scikit-learn", "scipy", "torch", "types-jsonschema", "types-pyyaml"}
"""What only the left-out tests, and the type checker, need."""


def main() -> int:
    """Test on each version; returns 1 if the tests failed on one."""
    failed = []
    for version in VERSIONS:
        interpreter = find(version)
        print(f"== Python {version}: {interpreter or 'not here'}", flush=True)
        if interpreter and not test(version, interpreter):
            failed.append(version)
    print(f"failed on {', '.join(failed)}" if failed else "passed on all that are here")
    return 1 if failed else 0


def find(version: str) -> str:
    """An interpreter of that version: this one, or one that the path, the Windows launcher or pyenv knows; or ""."""
    candidates = [[sys.executable], [f"python{version}"], ["python3"], ["python"], ["py", f"-{version}"]]
    candidates += [[str(path)] for path in pyenv(version)]
    for command in candidates:
        if shutil.which(command[0]) and (found := answer(*command)).startswith(f"{version} "):
            return found.partition(" ")[2]
    return ""


def answer(*command: str) -> str:
    """The version and the path of the interpreter that `command` starts, or ""."""
    code = "import sys; print('%d.%d' % sys.version_info[:2], getattr(sys, '_base_executable', sys.executable))"
    done = subprocess.run([*command, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def pyenv(version: str) -> list[Path]:
    """What pyenv has of that version, the newest first."""
    if not shutil.which("pyenv"):
        return []
    root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False).stdout.strip()
    paths = Path(root, "versions").glob(f"{version}.*/bin/python{version}")
    return sorted(
        paths, key=lambda path: [int(part) for part in path.parts[-3].split(".") if part.isdigit()], reverse=True
    )


def test(version: str, interpreter: str) -> bool:
    """Whether the tests pass in an environment that is made once."""
    folder = ROOT / ".venvs" / version
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not (folder / "ready").exists():
        subprocess.run([interpreter, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", "constraints.txt"]
        subprocess.run([*pip, *needed()], cwd=ROOT, check=True)
        subprocess.run([*pip, "--no-deps", "-e", "."], cwd=ROOT, check=True)
        (folder / "ready").touch()
    command = [str(python), "-m", "pytest", "-q", "-m", "not torch", "--numprocesses", "2"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def needed() -> list[str]:
    """What the package and its tests require, without torch and what goes with it."""
    all_ = [Requirement(text) for text in requires("lossadvisor") or ()]
    here = [each for each in all_ if not each.marker or each.marker.evaluate({"extra": "test"})]
    return [f"{each.name}{each.specifier}" for each in here if each.name.lower() not in WITH_TORCH]


if __name__ == "__main__":
    sys.exit(main())
