"""The process that imports torch once and forks a child for each program. Started by `run`, as a module.

It reads jobs from standard input, a JSON object a line, and writes to standard output: first what it is (torch's
version, the devices), then a line for each result and one when a program is done.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from lossadvisor.proof.confine import PROCESSES, confine, crowded, kill, tasks_of_user

Job = Mapping[str, Any]
WATCH = 0.5
"""Seconds between two looks at how many processes a child has."""


@dataclass
class Child:
    """A program that is running."""

    job: Job
    pid: int
    pipe: BinaryIO
    start: float
    deadline: float
    pending: bytes = b""


def main() -> int:
    """Serve jobs until standard input ends."""
    start = time.perf_counter()
    warnings.filterwarnings("ignore", "Failed to initialize NumPy")  # torch works without
    try:
        import torch
        import torch._dynamo  # the optimizers import it at their first use
    except Exception as error:  # noqa: BLE001 - a broken torch raises anything
        send({"broken": f"{type(error).__name__}: {error}"})
        return 1
    torch.set_num_threads(1)
    seconds = time.perf_counter() - start
    send({"torch": torch.__version__, "seconds": seconds, "accelerator": accelerator()})
    warm_up(sys.argv[1:])
    jobs = [json.loads(line) for line in sys.stdin]
    if hasattr(os, "fork"):
        serve(iter(jobs), jobs[0]["jobs"] if jobs else 1)
    else:
        for job in jobs:
            spawn(job)
    return 0


def accelerator() -> str:
    """The type of the accelerator that is here, or "". A child asks, since a driver does not survive a fork."""
    import torch

    kind = torch.accelerator.current_accelerator()
    if kind is None:
        return ""
    if not hasattr(os, "fork"):
        return kind.type if torch.accelerator.is_available() else ""
    pid = os.fork()
    if pid == 0:
        os._exit(0 if torch.accelerator.is_available() else 1)
    return "" if os.waitpid(pid, 0)[1] else kind.type


def warm_up(modules: Sequence[str]) -> None:
    """Pay once for what every child would: imports, a training step, the symbol tables of an error.

    No training where torch was built for an accelerator: its autograd threads don't survive a fork.
    """
    import torch

    for name in modules:
        importlib.import_module(name)
    if torch.accelerator.current_accelerator() is not None:
        return
    weight = torch.nn.Parameter(torch.ones(2, 2))
    optimizer = torch.optim.Adam([weight])
    torch.nn.functional.cross_entropy(weight, torch.tensor([0, 1])).backward()
    optimizer.step()
    with contextlib.suppress(RuntimeError):
        torch.nn.functional.cross_entropy(weight, torch.ones(2))


def send(message: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def serve(jobs: Iterator[Job], at_once: int) -> None:
    """Run all jobs, `at_once` at a time, each in a forked child."""
    running: dict[int, Child] = {}
    tasks_of_user()  # the children inherit the answer
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        attend(jobs, at_once, running)
    finally:  # interrupted: leave nothing behind
        for child in running.values():
            stop(child)


def attend(jobs: Iterator[Job], at_once: int, running: dict[int, Child]) -> None:
    """Start children, pass on what they report, and end them in time, until no job is left."""
    selector = selectors.DefaultSelector()
    counted = time.monotonic()
    while True:
        while len(running) < at_once and (job := next(jobs, None)) is not None:
            child = fork(job)
            running[child.pid] = child
            selector.register(child.pipe, selectors.EVENT_READ, child)
        if not running:
            return
        wait = max(0.0, min(child.deadline for child in running.values()) - time.monotonic())
        for key, _ in selector.select(min(wait, WATCH)):
            if not forward(key.data):
                finish(key.data, selector, running, "")
        crowds = set[int]()
        if time.monotonic() >= counted + WATCH:  # to count processes takes a while
            crowds, counted = crowded(running), time.monotonic()
        for child, reason in [*overdue(running.values(), crowds)]:
            stop(child)
            finish(child, selector, running, reason)


def overdue(children: Iterable[Child], crowds: Collection[int]) -> Iterator[tuple[Child, str]]:
    """The children that must be stopped, and why; `crowds` are those with too many processes."""
    for child in children:
        if time.monotonic() >= child.deadline:
            yield child, f"stopped after {child.job['seconds']:g} s"
        elif child.pid in crowds:
            yield child, f"stopped, since it had more than {PROCESSES} processes"


def forward(child: Child) -> bool:
    """Pass on the results that the child has written; whether there can be more."""
    data = os.read(child.pipe.fileno(), 65536)
    *lines, child.pending = (child.pending + data).split(b"\n")
    for line in lines:
        with contextlib.suppress(TypeError, ValueError):  # a program may write there too
            send({"id": child.job["id"], **json.loads(line)})
    return bool(data)


def finish(child: Child, selector: selectors.BaseSelector, running: dict[int, Child], reason: str) -> None:
    """Collect a child that is at its end, and all that it started."""
    selector.unregister(child.pipe)
    child.pipe.close()
    _, status = os.waitpid(child.pid, 0)
    kill(child.pid)
    del running[child.pid]
    send({"id": child.job["id"], "done": time.monotonic() - child.start, "ended": reason or ending(status)})


def ending(status: int) -> str:
    """How a child ended, if not well."""
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return "out of CPU time" if name == "SIGXCPU" else f"the interpreter was killed by {name}"
    code = os.waitstatus_to_exitcode(status)
    return f"the interpreter ended with exit code {code}" if code else ""


def stop(child: Child) -> None:
    """Kill a child that is running, and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGKILL)
    kill(child.pid)


def fork(job: Job) -> Child:
    """Start a child that runs the job and writes its results into a pipe."""
    reader, writer = os.pipe()
    start = time.monotonic()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reader)
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            device, _, compiled = job["cell"]
            confine(job["seconds"], job["megabytes"] if device == "cpu" else 0, compiled=compiled)
            run(job, writer)
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    return Child(job, pid, os.fdopen(reader, "rb", buffering=0), start, start + job["seconds"])


def run(job: Job, writer: int) -> None:
    """Do the job; each result goes into the pipe at once, so that a crash later loses none."""
    work = importlib.import_module(job.get("worker", "lossadvisor.proof.worker")).work
    work(job, lambda result: os.write(writer, json.dumps(result).encode() + b"\n"))


def spawn(job: Job) -> None:
    """Where there is no fork: run the job in a new interpreter."""
    start = time.monotonic()
    command = [sys.executable, "-m", "lossadvisor.proof.server", "--one"]
    ended = ""
    try:
        done = subprocess.run(
            command, input=json.dumps(job).encode(), capture_output=True, timeout=job["seconds"], check=False
        )
        output = done.stdout
        ended = f"the interpreter ended with exit code {done.returncode}" if done.returncode else ""
    except subprocess.TimeoutExpired as late:
        output, ended = late.stdout or b"", f"stopped after {job['seconds']:g} s"
    for line in output.splitlines():
        with contextlib.suppress(ValueError):
            send({"id": job["id"], **json.loads(line)})
    send({"id": job["id"], "done": time.monotonic() - start, "ended": ended})


def one() -> int:
    """Run the one job on standard input in this process; results go to standard output."""
    job = json.loads(sys.stdin.read())
    writer = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
    run(job, writer)
    return 0


if __name__ == "__main__":
    sys.exit(one() if "--one" in sys.argv else main())
