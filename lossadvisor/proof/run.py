"""Prove programs: start the server, hand it the jobs, collect the verdicts."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lossadvisor.checknames import COMPILED, GENERAL, HALF, SMOKE
from lossadvisor.codegen.program import Program, render
from lossadvisor.errors import UserError
from lossadvisor.proof.cell import Cell, Settings
from lossadvisor.proof.edits import edited
from lossadvisor.proof.limits import Limits
from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, Result, Verdict
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Contract, Loss, Tensor, promised

KEPT = (
    "PATH PYTHONPATH PYTHONHOME LD_LIBRARY_PATH DYLD_LIBRARY_PATH HOME USERPROFILE SYSTEMROOT "
    "CUDA_VISIBLE_DEVICES CUDA_HOME CUDA_PATH CXX LANG LC_ALL LC_CTYPE"
).split()
"""No tokens, no proxies."""
CLASSES = re.compile(r"^NUM_(?:CLASSES|LABELS) = (\d+)", re.MULTILINE)
PROVING = ("lossadvisor.proof.checks", "lossadvisor.proof.diagnosis")
COMPILING = 5
"""How many times as long a program may take where it is compiled."""


def prove(
    base: RuleBase,
    programs: Sequence[Program],
    settings: Settings = Settings(),  # noqa: B008
    *,
    limits: Limits | None = None,
    on_done: Callable[[Verdict], None] = lambda verdict: None,
) -> list[Verdict]:
    """Prove programs, each in a child process of its own.

    Args:
        settings: the cells of the matrix, how far the proof goes, and the seed.
        on_done: called with each verdict as soon as it is there.

    Returns:
        the verdicts in the order of the programs (and cells), whatever finished first.

    Raises:
        UserError: no torch, or none of the devices is here.
    """
    limits = limits or Limits()
    verdicts: dict[int, Verdict] = {}
    with terminable(), tempfile.TemporaryDirectory(prefix="lossadvisor-") as folder, server(folder) as process:
        here, absent = resolve(settings.devices, greeting(process)["accelerator"])
        pairs = [(program, cell) for program in programs for cell in settings.cells([*here, *absent])]
        bounds = {"megabytes": limits.megabytes, "jobs": limits.at_once()}
        jobs = [
            {
                "id": number,
                "seed": settings.seed,
                "seconds": limits.seconds * (COMPILING if cell.compiled else 1),
                **bounds,
                **promise(base, program, cell, settings.level),
            }
            for number, (program, cell) in enumerate(pairs)
        ]
        hand_over(process, [job for job in jobs if job["cell"].device in here])
        for number, found, ended, seconds in collect(process.stdout or ()):
            program, cell = pairs[number]
            results = complete(jobs[number]["checks"], found, ended)
            verdicts[number] = Verdict(program, cell, results, seconds)
            on_done(verdicts[number])
    for number, (program, cell) in enumerate(pairs):
        if cell.device in absent:
            reason = f"there is no {cell.device} device here"
            results = tuple(Result(name, NOT_CHECKED, reason) for name in jobs[number]["checks"])
            verdicts[number] = Verdict(program, cell, results, 0.0)
            on_done(verdicts[number])
    return [verdicts[number] for number in sorted(verdicts)]


def promise(base: RuleBase, program: Program, cell: Cell, level: str) -> dict[str, Any]:
    """What the program's contract and card promise for a cell, and its text: all that a worker is told."""
    spec = program.spec
    loss, contract = base.loss(spec.loss), promised(base.contract(spec.contract), spec.options)
    return {
        "cell": cell,
        "source": program.source,
        "path": program.path or "program.py",
        "reference": program.reference,
        "library": spec.library,
        "inputs": contract.inputs,
        "outputs": described({"prediction": contract.prediction, **contract.outputs}),
        "targets": described({"target": contract.target, **contract.others}),
        "terms": [term.name for term in loss.terms],
        "steps": dict(contract.steps),
        "without": dict(contract.without),
        "checks": [*check_names(loss, contract, cell, level), *edits_checks(program, cell)],
        "classes": usual_classes(base, program),
        "proof": dict(loss.proof),
    }


def edits_checks(program: Program, cell: Cell) -> list[str]:
    """The check of a program that is not as it was generated."""
    return ["generated-value"] if cell.plain and edited(program.source, program.reference) else []


def usual_classes(base: RuleBase, program: Program) -> int:
    """How many classes the thresholds of the card are measured with, where the program has another number; or 0."""
    if not program.reference and "num_classes" not in program.spec.values:
        return 0
    usual = program.reference or render(base, replace(program.spec, values={})).source
    there, own = (CLASSES.search(text) for text in (usual, program.source))
    return int(there[1]) if there and own and there[1] != own[1] else 0


def described(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    return {name: tensor._asdict() for name, tensor in tensors.items()}


def check_names(loss: Loss, contract: Contract, cell: Cell = Cell(), level: str = "full") -> list[str]:  # noqa: B008
    """The checks of a program with this loss: the general ones, then the special ones that apply."""
    if cell.compiled:
        return [*COMPILED]
    if not cell.plain:
        return [*HALF]
    if level == "smoke":
        return [*SMOKE]
    special = [*(["terms"] if loss.terms else []), *(["steps"] if contract.steps else [])]
    return [*dict.fromkeys((*GENERAL, *special, *contract.checks, *loss.proof.get("checks", ())))]


def resolve(devices: Sequence[str], accelerator: str) -> tuple[list[str], list[str]]:
    """Which of the devices are here, and which are not, where `accelerator` is the type of the one that is, or "".

    Raises:
        UserError: none of them is here.
    """
    there = ["cpu", *([accelerator] if accelerator else [])]
    wanted = [*dict.fromkeys(kind for device in devices for kind in (there if device == "auto" else [device]))]
    here = [device for device in wanted if device in there]
    if not here:
        raise UserError(f"no {', '.join(wanted)} device here", place="--device", hint=f"here: {', '.join(there)}")
    return here, [device for device in wanted if device not in there]


def environment(folder: str) -> dict[str, str]:
    """What a program sees of the environment; its temporary files go into the throw-away folder."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    threads = {"OMP_NUM_THREADS": "1", "TORCHINDUCTOR_COMPILE_THREADS": "1"}
    return kept | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder) | threads


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM, by which CI cancels a job, ends this block as Ctrl-C does: nothing is left behind."""
    before = signal.getsignal(signal.SIGTERM)
    with contextlib.suppress(ValueError):  # only the main thread hears signals
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def server(folder: str, modules: Sequence[str] = PROVING) -> Iterator[subprocess.Popen[str]]:
    """The server process, working in `folder`; it is gone at the end, with all that it started.

    Args:
        modules: what the children need, imported once for all of them.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "lossadvisor.proof.server", *modules],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
        env=environment(folder),
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        end(process)


def greeting(process: subprocess.Popen[str], what: str = "proving needs") -> dict[str, Any]:
    """What the server says first: the version of torch, the accelerator, the seconds of the import.

    Raises:
        UserError: torch is missing or broken.
    """
    line = process.stdout.readline() if process.stdout else ""
    hello: dict[str, Any] = json.loads(line) if line else {"broken": "its import ends the interpreter"}
    if "broken" in hello:
        raise UserError(
            f"{what} PyTorch: {hello['broken']}",
            hint="pip install torch (see pytorch.org for your platform); all but proving and drawing works without it.",
        )
    return hello


def hand_over(process: subprocess.Popen[str], jobs: Sequence[Mapping[str, Any]]) -> None:
    """Send all jobs to the server."""
    if process.stdin is not None:
        process.stdin.writelines(json.dumps(job) + "\n" for job in jobs)
        process.stdin.close()


def end(process: subprocess.Popen[str]) -> None:
    """Stop the server; asked politely, it kills its children first."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def collect(lines: Iterable[str]) -> Iterator[tuple[int, list[Result], str, float]]:
    """The number, results, way of ending and seconds of each job, in the order in which they finish."""
    results: dict[int, list[Result]] = {}
    for line in lines:
        message = json.loads(line)
        if "check" in message:
            results.setdefault(message.pop("id"), []).append(Result(**message))
        elif "done" in message:
            yield message["id"], results.pop(message["id"], []), message["ended"], message["done"]


def complete(names: Sequence[str], found: Sequence[Result], ended: str) -> tuple[Result, ...]:
    """All checks in order: those that a child could not get to any more are named as not checked."""
    by_name = {result.check: result for result in found}
    stuck = next((name for name in names if name not in by_name), "")
    reason = ended or next((f"{result.check} failed" for result in found if result.status == FAILED), "not reached")
    rest = []
    for name in names:
        if name in by_name:
            rest.append(by_name[name])
        elif ended and name == stuck:
            rest.append(Result(name, FAILED, ended))
        else:
            rest.append(
                Result(name, NOT_CHECKED, by_name["runs"].message if "runs" in by_name and not ended else reason)
            )
    return tuple(rest)
