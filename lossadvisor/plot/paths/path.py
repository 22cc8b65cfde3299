"""What a path is, and what paths are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from lossadvisor.proof.subject import Subject, Tensors

Numbers = Mapping[str, float]
"""What a user can set, by name."""


class Path(NamedTuple):
    """How the arguments of a function of the program follow from the place on an axis, a scalar tensor."""

    arguments: Callable[[Tensor], Tensors]
    function: str = "loss_fn"


Layout = Callable[[Subject, Numbers], Path]
"""Lays out a path for a program."""


def given(subject: Subject, **targets: Tensor) -> Tensors:
    """The targets of the program's batch, in the order of its loss, some of them replaced."""
    return tuple(targets.get(name, value) for name, value in subject.named.items())


def like(subject: Subject) -> Tensor:
    """Zeros of the shape of one sample's prediction, its axes in the order of the target's."""
    output = torch.zeros(subject.outputs[0].shape)
    samples = subject.promised_outputs["prediction"]["shape"].index("B")
    return subject.layout().align(output.narrow(samples, 0, 1))


def flat(subject: Subject, size: int) -> tuple[int, ...]:
    """The shape of a target that holds `size` samples, pixels or tokens along its last axis."""
    return (*[1] * (len(subject.promised_targets["target"]["shape"]) - 1), size)


def moving(prediction: Callable[[Tensor], Tensor], *others: Tensor) -> Path:
    """A path on which the prediction alone moves."""
    return Path(lambda place: (prediction(place), *others))
