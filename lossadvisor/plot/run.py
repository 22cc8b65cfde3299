"""Landscapes of programs, which run in a child process: the server of the proof, its limits, its throw-away folder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lossadvisor.codegen.program import Program
from lossadvisor.errors import UserError
from lossadvisor.plot.planes import Plane
from lossadvisor.proof.cell import Cell
from lossadvisor.proof.limits import Limits
from lossadvisor.proof.run import greeting, hand_over, promise, server, terminable
from lossadvisor.rulebase.load import RuleBase

WORKER = "lossadvisor.plot.worker"
NAMES = ("around", "trajectory")
BASIC, EACH = 60.0, 0.01
"""Seconds that a picture may take if no limit is set, and those that each place and each step of the training add:
with the models of the templates each takes about a millisecond."""


def planes(
    base: RuleBase,
    programs: Sequence[Program],
    sizes: Mapping[str, int],
    limits: Limits,
    *,
    tick: Callable[[], None] = lambda: None,
) -> list[Plane]:
    """The planes of the first program's model, with the losses of all of them.

    Args:
        sizes: points, steps, seed.
        tick: called for each row.

    Raises:
        UserError: PyTorch is missing, or a program fails or is stopped.
    """
    places = len(NAMES) * len(programs) * sizes["points"] ** 2
    job = {
        "id": 0,
        "worker": WORKER,
        "cell": Cell(),
        "programs": [(program.spec.loss, promise(base, program, Cell(), "smoke")) for program in programs],
        "sizes": {**sizes},
        "seconds": limits.seconds or BASIC + EACH * (places + sizes["steps"]),
        "megabytes": limits.megabytes,
        "jobs": 1,
    }
    losses = [program.spec.loss for program in programs]
    try:
        with (
            terminable(),
            tempfile.TemporaryDirectory(prefix="lossadvisor-") as folder,
            server(folder, (WORKER,)) as process,
        ):
            greeting(process, "landscapes need")
            hand_over(process, [job])
            found = collected(process.stdout or (), tick)
        return [plane_of(data, losses, sizes["points"]) for data in found]
    except Spoilt as reason:
        short = any(word in str(reason).lower() for word in ("stopped after", "cpu time", "memory"))
        hint = "--seconds and --megabytes set its limits" if short else ""
        raise UserError(f"can't draw it: {reason}", place=programs[0].path, hint=hint) from None


class Spoilt(Exception):
    """A program that gave no picture; the message says why."""


def collected(lines: Iterable[str], tick: Callable[[], None]) -> list[Any]:
    """The planes that the child sent.

    Raises:
        Spoilt: it failed, or was stopped.
    """
    found = []
    for line in lines:
        message = json.loads(line)
        if "tick" in message:
            tick()
        elif "plane" in message:
            found.append(message["plane"])
        elif wrong := message.get("error") or message.get("ended"):
            raise Spoilt(wrong)
    if len(found) != len(NAMES):
        raise Spoilt("it ended before the picture was complete")
    return found


def plane_of(data: Any, losses: Sequence[str], points: int) -> Plane:
    """A plane as it was sent.

    Raises:
        Spoilt: it isn't one, since the program wrote among what is sent.
    """
    try:
        return Plane(
            NAMES[NAMES.index(data["name"])],
            (str(data["axes"][0]), str(data["axes"][1])),
            floats(data["xs"], points),
            floats(data["ys"], points),
            {loss: tuple(floats(row, points) for row in sized(data["surfaces"][loss], points)) for loss in losses},
            tuple((float(x), float(y)) for x, y in data["path"]),
            tuple(map(str, data["said"])),
        )
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        raise Spoilt("the program disturbs what is sent of the picture") from None


def sized(values: Any, count: int) -> Any:
    if len(values) != count:
        raise ValueError(count)
    return values


def floats(values: Any, count: int) -> tuple[float, ...]:
    return tuple(map(float, sized(values, count)))
