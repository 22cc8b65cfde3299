"""Prove programs: start the server, hand it the jobs, collect the verdicts."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import IO, Any

from lossadvisor.codegen.program import Program
from lossadvisor.errors import UserError
from lossadvisor.proof.limits import Limits
from lossadvisor.proof.names import CHECK_NAMES
from lossadvisor.proof.verdict import FAILED, NOT_CHECKED, Result, Verdict
from lossadvisor.rulebase.load import RuleBase

KEPT = (
    "PATH PYTHONPATH PYTHONHOME LD_LIBRARY_PATH DYLD_LIBRARY_PATH HOME USERPROFILE SYSTEMROOT "
    "CUDA_VISIBLE_DEVICES CUDA_HOME CUDA_PATH LANG LC_ALL LC_CTYPE"
).split()
"""What a program sees of the environment: no tokens, no proxies."""


def prove(
    base: RuleBase,
    programs: Sequence[Program],
    *,
    device: str = "auto",
    limits: Limits | None = None,
    on_done: Callable[[Verdict], None] = lambda verdict: None,
) -> list[Verdict]:
    """Prove programs, each in a child process of its own.

    Args:
        device: `auto` proves on the CPU, then on the accelerator if there is one.
        on_done: called with each verdict as soon as it is there.

    Returns:
        the verdicts in the order of the programs (and devices), whatever finished first.

    Raises:
        UserError: no torch, or no such device here.
    """
    limits = limits or Limits()
    devices = resolve(device)
    bounds = {"seconds": limits.seconds, "megabytes": limits.megabytes, "jobs": limits.at_once()}
    pairs = [(program, where) for program in programs for where in devices]
    jobs = [
        {"id": number, "device": where, **bounds, **promise(base, program)}
        for number, (program, where) in enumerate(pairs)
    ]
    verdicts: dict[int, Verdict] = {}
    with tempfile.TemporaryDirectory(prefix="lossadvisor-") as folder:
        for number, results, seconds in served(jobs, folder):
            program, where = pairs[number]
            verdicts[number] = Verdict(program, where, results, seconds)
            on_done(verdicts[number])
    return [verdicts[number] for number in sorted(verdicts)]


def promise(base: RuleBase, program: Program) -> dict[str, Any]:
    """What the program's contract and card promise, and its text: all that a worker is told."""
    spec = program.spec
    loss, contract = base.loss(spec.loss), base.contract(spec.contract)
    return {
        "source": program.source,
        "path": program.path or "program.py",
        "library": spec.library,
        "options": [*contract.options, *spec.options],
        "prediction": asdict(contract.prediction),
        "target": asdict(contract.target),
        "others": {name: asdict(tensor) for name, tensor in contract.others.items()},
        "proof": dict(loss.proof),
    }


def resolve(device: str) -> list[str]:
    """The devices to prove on.

    Raises:
        UserError: the device isn't here.
    """
    if device == "cpu":
        return ["cpu"]
    here = accelerator()
    if device == "auto":
        return ["cpu", *([here] if here else [])]
    if device != here:
        raise UserError(f"no {device} device here", place="--device", hint=f"here: cpu{', ' + here if here else ''}")
    return [device]


def accelerator() -> str:
    """The type of the accelerator that torch sees, or "". Asked in another process: a driver must not live in this one."""
    probe = (
        "import torch; a = torch.accelerator; print(a.current_accelerator().type if a.is_available() else '', end='')"
    )
    with tempfile.TemporaryDirectory(prefix="lossadvisor-") as folder:
        done = subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, text=True, cwd=folder, env=environment(), check=False
        )
    if done.returncode:
        raise no_torch(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it does not import")
    return done.stdout


def no_torch(problem: str) -> UserError:
    return UserError(
        f"proving needs PyTorch: {problem}",
        hint="pip install torch (see pytorch.org for your platform); everything but proving works without it.",
    )


def environment() -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {"OMP_NUM_THREADS": "1"}


def served(jobs: Sequence[Mapping[str, Any]], folder: str) -> Iterator[tuple[int, tuple[Result, ...], float]]:
    """The number, results and seconds of each job, in the order in which they finish."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lossadvisor.proof.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
        env=environment() | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder),
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.writelines(json.dumps(job) + "\n" for job in jobs)
            process.stdin.close()
        yield from collect(process.stdout)
    finally:
        end(process)


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


def collect(lines: IO[str]) -> Iterator[tuple[int, tuple[Result, ...], float]]:
    results: dict[int, list[Result]] = {}
    for line in lines:
        message = json.loads(line)
        if "broken" in message:
            raise no_torch(message["broken"])
        if "check" in message:
            result = Result(message["check"], message["status"], message["message"], message["line"])
            results.setdefault(message["id"], []).append(result)
        elif "done" in message:
            found = results.pop(message["id"], [])
            yield message["id"], complete(found, message["ended"]), message["done"]


def complete(found: Sequence[Result], ended: str) -> tuple[Result, ...]:
    """All checks in order: those that a child could not get to any more are named as not checked."""
    by_name = {result.check: result for result in found}
    stuck = next((name for name in CHECK_NAMES if name not in by_name), "")
    reason = ended or next((f"{result.check} failed" for result in found if result.status == FAILED), "not reached")
    rest = []
    for name in CHECK_NAMES:
        if name in by_name:
            rest.append(by_name[name])
        elif ended and name == stuck:
            rest.append(Result(name, FAILED, ended))
        else:
            rest.append(Result(name, NOT_CHECKED, by_name["runs"].message if "runs" in by_name and not ended else reason))
    return tuple(rest)
