"""One program, executed and checked. Runs in a child process; reports each result as soon as it is known."""

from __future__ import annotations

import ast
import sys
import traceback
import types
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from lossadvisor.proof.diagnosis import Doctor

Report = Callable[..., None]
"""Takes check, status, message, and of a failure its cause, its fix and its line."""


def work(job: Mapping[str, Any], send: Callable[[Mapping[str, Any]], object]) -> None:
    """Execute the job's program and run all checks on it; what goes wrong becomes a result."""

    def report(check: str, status: str, message: str, cause: str = "", fix: str = "", line: int = 0) -> None:
        texts = {"message": message[:2000], "cause": cause[:2000], "fix": fix[:2000]}
        send({"check": check, "status": status, **texts, "line": line})

    check(job, report)


def check(job: Mapping[str, Any], report: Report) -> None:
    """Execute the job's program and report each check as soon as it is done."""
    import torch

    from lossadvisor.proof import draws
    from lossadvisor.proof.cell import Cell
    from lossadvisor.proof.checks import CHECKS
    from lossadvisor.proof.diagnosis import Doctor
    from lossadvisor.proof.edits import with_constants
    from lossadvisor.proof.subject import Subject

    torch.set_num_threads(1)
    draws.begin(job["seed"])
    torch.hub.set_dir("none")  # weights that lie on this machine's disk would make another program of it
    path = job["path"]
    try:
        module = load(job["source"], path)
    except BaseException as error:  # noqa: BLE001 - a program may raise anything, SystemExit too
        if job["library"] and lacks(error, job["library"]):
            report("runs", "not checked", f"{job['library']} is not installed, or does not import: {error}")
            return
        message, line = explain(error, path)
        report("runs", "failed", message, "", "", line)
        return
    cell = Cell(*job["cell"])

    def other(text: str) -> Subject:
        """The subject of another text of the program."""
        return Subject(load(text, "reference"), job, cell)

    def twin() -> Subject:
        """What was generated, with the constants of this program."""
        with draws.aside(cell.device):
            return other(with_constants(job["reference"], job["source"]))

    subject = Subject(module, job, cell, twin)
    doctor = Doctor(subject, job["source"], job["reference"], other)
    for name in job["checks"]:
        if name in subject.without:
            report(name, "not checked", subject.without[name])
        else:
            status, message, line = outcome(CHECKS[name], subject, path)
            cause = told(doctor, name, line) if status == "failed" else ("", "", line)
            report(name, status, message, *cause)


def told(doctor: Doctor, check: str, line: int) -> tuple[str, str, int]:
    """Cause, fix and line of a failure; to look for them must not lose the failure itself."""
    try:
        return doctor.diagnose(check, line)
    except Exception:  # noqa: BLE001 - the program may raise anything
        return "", "", line


def lacks(error: BaseException, library: str) -> bool:
    """Whether a program failed since a library is missing, or broken: its import may raise anything."""
    if isinstance(error, ImportError) and (error.name or "").startswith(library):
        return True
    frames = traceback.extract_tb(error.__traceback__)
    return any(f"/{library}/" in frame.filename.replace("\\", "/") for frame in frames)


def load(source: str, path: str) -> types.ModuleType:
    """The program as a module that was executed, its `__main__` block kept apart as code."""
    tree = ast.parse(source, path)
    module = types.ModuleType("program")
    module.__file__ = path
    mains = [node for node in tree.body if is_main(node)]
    if mains:
        block = ast.Module(mains[0].body, [])
        module.__main_block__ = compile(block, path, "exec")  # type: ignore[attr-defined]
    sys.modules["program"] = module
    exec(compile(tree, path, "exec"), vars(module))
    return module


def is_main(node: ast.stmt) -> TypeGuard[ast.If]:
    return isinstance(node, ast.If) and ast.unparse(node.test).startswith("__name__ == ")


def outcome(check: Callable[[Any], str], subject: Any, path: str) -> tuple[str, str, int]:
    """Status, message and line of one check."""
    from lossadvisor.proof.subject import Failed, NotChecked

    try:
        return "passed", check(subject), 0
    except Failed as failure:
        return "failed", str(failure), 0
    except NotChecked as reason:
        return "not checked", str(reason), 0
    except BaseException as error:  # noqa: BLE001 - a program may raise anything, SystemExit too
        if subject.cell.compiled and "InvalidCxxCompiler" in str(error):
            return "not checked", "torch.compile needs a C++ compiler, and finds none", 0
        return "failed", *explain(error, path)


def explain(error: BaseException, path: str) -> tuple[str, int]:
    """An exception in one line, and the line of the program in which it arose."""
    if isinstance(error, SyntaxError):
        return f"not Python: {error.msg}", error.lineno or 0
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    text = str(error).strip().split("\n")[0] or "no message"
    return f"{type(error).__name__}: {text}", (frames[-1].lineno or 0) if frames else 0
