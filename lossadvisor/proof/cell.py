"""Where and how a program is proven: a cell of the matrix of verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

DEVICES = ("auto", "cpu", "cuda", "mps", "xpu")
PRECISIONS = ("fp32", "bf16", "fp16")
LEVELS = ("smoke", "full")


class Cell(NamedTuple):
    """A device, the dtype of autocast (`fp32`: none), and whether model and loss go through `torch.compile`."""

    device: str = "cpu"
    precision: str = "fp32"
    compiled: bool = False

    def __str__(self) -> str:
        precision = [] if self.precision == "fp32" else [self.precision]
        return " ".join((self.device, *precision, *(["compiled"] if self.compiled else [])))

    @property
    def plain(self) -> bool:
        """Whether the program runs just as it is written."""
        return self.precision == "fp32" and not self.compiled


class Settings(NamedTuple):
    """What is asked of a proof.

    Args:
        devices: `auto` stands for the CPU, and for the accelerator if there is one.
        precisions: of autocast; `fp32` is without.
        compiled: whether each program is proven through `torch.compile` too.
        level: `full`, or `smoke` for what takes no training.
        seed: of data, models and probes.
    """

    devices: Sequence[str] = ("auto",)
    precisions: Sequence[str] = ("fp32",)
    compiled: bool = False
    level: str = "full"
    seed: int = 0

    def cells(self, devices: Sequence[str]) -> list[Cell]:
        """Every device with every precision, as written and, where it is asked for, compiled."""
        ways = (False, True) if self.compiled else (False,)
        return [Cell(device, precision, way) for device in devices for precision in self.precisions for way in ways]
