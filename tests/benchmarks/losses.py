"""Time and peak memory of our losses beside the fastest independent implementation: `make bench-losses`.

Forward and backward on the same inputs, side by side in one process on one thread, in CPU time: what else the machine
does then changes little. Each peer must give our value first: what computes something else is no peer. Peers whose
library isn't installed are left out, and named.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

import tests.oracles.heavy.conftest  # noqa: F401 - lets peers import torchvision
from tests.benchmarks.timing import side_by_side, table

SIZES = ("small", "usual", "large")
TURNS = 15
SHORTEST = 0.005
"""Seconds that one measurement takes at least; short steps are repeated."""

Loss = Callable[..., Tensor]


class Case(NamedTuple):
    """A loss of ours and its peers.

    Args:
        name: of the loss, as its card.
        sizes: what `inputs` takes, small, usual and large.
        inputs: makes the arguments, the same at each call; those that require a gradient are the outputs of a model.
        ours: takes the inputs, gives a scalar.
        peers: by library and name, what makes such a function; it imports the library.
    """

    name: str
    sizes: Sequence[tuple[int, ...]]
    inputs: Callable[..., tuple[Tensor, ...]]
    ours: Loss
    peers: Mapping[str, Callable[[], Loss]]


class Row(NamedTuple):
    """What was measured: milliseconds and megabytes, ours and those of the best peer."""

    name: str
    size: str
    ours: float
    peer: float
    fastest: str
    memory: float
    least: float

    @property
    def ratio(self) -> float:
        """Our time, divided by that of the fastest peer."""
        return self.ours / self.peer


def step(loss: Loss, inputs: Sequence[Tensor]) -> Callable[[], None]:
    """Forward and backward."""
    leaves = [tensor for tensor in inputs if tensor.requires_grad]

    def run() -> None:
        torch.autograd.grad(loss(*inputs), leaves)

    return run


def seconds(run: Callable[[], None]) -> Callable[[], float]:
    """Seconds of CPU time of one run, as the mean of as many as take `SHORTEST`."""
    run()
    start = time.thread_time()
    run()
    count = max(1, math.ceil(SHORTEST / (time.thread_time() - start)))

    def measured() -> float:
        start = time.thread_time()
        for _ in range(count):
            run()
        return (time.thread_time() - start) / count

    return measured


def peak(run: Callable[[], None]) -> float:
    """Megabytes that a run holds at most, beyond what was there before, as the allocator tells."""
    run()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        run()
    events = profile.profiler.kineto_results.events()
    held = most = 0
    for event in sorted((event for event in events if event.name() == "[memory]"), key=lambda event: event.start_ns()):
        held += event.nbytes()
        most = max(most, held)
    return most / 2**20


def measure(case: Case, left_out: set[str]) -> Iterator[Row]:
    """A row for each size, if a peer is there."""
    peers: dict[str, Loss] = {}
    for name, make in case.peers.items():
        try:
            peers[name] = make()
        except ImportError:
            left_out.add(name)
    for size, shape in zip(SIZES, case.sizes, strict=True) if peers else ():
        inputs = case.inputs(*shape)
        value = case.ours(*inputs).item()
        for name, peer in peers.items():
            other = peer(*inputs).item()
            if not math.isclose(value, other, rel_tol=1e-3, abs_tol=1e-5):
                raise SystemExit(f"{case.name}: {value:.6f}, {name} gives {other:.6f}: no peer")
        steps = {name: step(loss, inputs) for name, loss in {"": case.ours, **peers}.items()}
        times = side_by_side({name: seconds(run) for name, run in steps.items()}, runs=TURNS)
        memory = {name: peak(run) for name, run in steps.items()}
        fastest = min(peers, key=times.__getitem__)
        least = min(memory[name] for name in peers)
        yield Row(case.name, size, times[""], times[fastest], fastest, memory[""], least)


def report(rows: Sequence[Row], left_out: Iterable[str]) -> str:
    """A table of all rows, then what is slower or takes more memory than a peer."""
    cells = [
        (
            *(row.name, row.size, f"{row.ours:.3f}", f"{row.peer:.3f}", row.fastest, f"{row.ratio:.2f}"),
            *(f"{row.memory:.1f}", f"{row.least:.1f}"),
        )
        for row in rows
    ]
    header = ("loss", "size", "ms", "peer, ms", "fastest peer", "ratio", "MB", "least peer, MB")
    mean = math.exp(math.fsum(math.log(row.ratio) for row in rows) / max(len(rows), 1))
    slower = [f"{row.name} {row.size} {row.ratio:.2f}" for row in rows if row.ratio > 1]
    larger = [f"{row.name} {row.size}" for row in rows if row.memory > 1.01 * row.least]
    return "\n\n".join(
        [
            table(header, cells),
            f"{len(rows)} rows, geometric mean of the ratios {mean:.2f}",
            f"slower than a peer: {', '.join(slower) or 'none'}",
            f"more memory than a peer: {', '.join(larger) or 'none'}",
            f"left out, since not installed: {', '.join(sorted(left_out)) or 'none'}",
        ]
    )


def cases(families: Sequence[str]) -> Iterator[Case]:
    """The cases of all families, or of some."""
    for path in sorted(Path(__file__).with_name("peers").glob("[a-z]*.py")):
        if not families or path.stem in families:
            yield from import_module(f"tests.benchmarks.peers.{path.stem}").CASES


def main(families: Sequence[str]) -> None:
    """Measure and print."""
    torch.set_num_threads(1)
    left_out: set[str] = set()
    rows = [row for case in cases(families) for row in measure(case, left_out)]
    print(report(rows, left_out))


if __name__ == "__main__":
    main(sys.argv[1:])
