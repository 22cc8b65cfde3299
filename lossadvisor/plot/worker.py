"""The landscape of one program, in a child process: the server of the proof runs it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lossadvisor.plot.curves import Unplottable, executed
from lossadvisor.plot.landscape import over_batch_of, planes


def work(job: Mapping[str, Any], send: Callable[[Mapping[str, Any]], object]) -> None:
    """Execute the job's programs and send a tick for each row, then each plane, or what is wrong."""
    try:
        (name, subject), *others = [(name, executed(promised)) for name, promised in job["programs"]]
        losses = {name: subject.loss, **{other: over_batch_of(subject, one) for other, one in others}}
        for plane in planes(subject, losses, **job["sizes"], tick=lambda: send({"tick": 1})):
            send({"plane": plane._asdict()})
    except Unplottable as error:
        send({"error": str(error)[:2000]})
