"""The project as users have it: built, and installed into an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build(into: Path) -> Path:
    """Make the source distribution, and from that the wheel; returns the wheel."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(into), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=into, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = into.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> None:
    """Make a virtual environment of the wheel, with the dependencies of this one."""
    venv.create(folder)
    python = script(folder, "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, str(wheel)], check=True, cwd=folder)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    where = subprocess.check_output([python, "-I", "-c", code], text=True).strip()
    # Folders named in a .pth file give their packages, but not the editable install that they hold.
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(where, "dependencies.pth").write_text("\n".join(sorted(dependencies)), encoding="utf-8")


def script(folder: Path, name: str) -> str:
    """A command of an environment."""
    return str(folder / ("Scripts" if os.name == "nt" else "bin") / name)
