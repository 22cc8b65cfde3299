"""What detectors find: classes, boxes, masks and points, each moving while all else is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from lossadvisor.plot.paths.path import Layout, Numbers, Path
from lossadvisor.proof.kinds.probe import SURE
from lossadvisor.proof.subject import Subject, Tensors

CORNER = (0.97, 0.97, 1.0, 1.0)
"""Where the boxes of queries lie that are for no object."""


class Right(NamedTuple):
    """One sample of which all is right: the outputs by name, and the targets."""

    outputs: dict[str, Tensor]
    targets: Tensors

    def but(self, name: str, output: Callable[[Tensor], Tensor]) -> Path:
        """A path on which the output of that name moves."""
        return Path(lambda place: (*{**self.outputs, name: output(place)}.values(), *self.targets))


def right(subject: Subject) -> Right:
    """The perfect prediction for a sample of the program's batch, that with the most targets."""
    names = [*subject.promised_outputs]
    row = 0
    if "target" in subject.named and subject.missing() is not None:
        counts = subject.valid(subject.targets).flatten(1).sum(dim=1)
        row = int(counts.argmax())

    def alone(tensor: Tensor, promised: Mapping[str, Any]) -> Tensor:
        shape = promised["shape"]
        return tensor.narrow(shape.index("B"), row, 1) if "B" in shape else tensor

    perfect = zip(names, subject.probes.perfect, strict=True)
    outputs = {name: alone(tensor, subject.promised_outputs[name]) for name, tensor in perfect}
    return Right(
        outputs, tuple(alone(tensor, subject.promised_targets[name]) for name, tensor in subject.named.items())
    )


def found_logit(subject: Subject, numbers: Numbers) -> Path:
    """Boxes and masks are right, classes are as sure as the place says."""
    sample = right(subject)
    pattern = sample.outputs["prediction"].sign()
    return sample.but("prediction", lambda place: place * pattern)


def anchor_shift(subject: Subject, numbers: Numbers) -> Path:
    """All boxes are shifted along x, in units of their anchors' widths."""
    sample = right(subject)
    offsets, along = sample.outputs["offsets"], torch.tensor([1.0, 0.0, 0.0, 0.0])
    return sample.but("offsets", lambda place: offsets + place * along)


def query_shift(subject: Subject, numbers: Numbers) -> Path:
    """The boxes of objects are shifted along x, in units of their widths; the others lie in a corner."""
    sample = right(subject)
    count = int(subject.valid(sample.targets[0]).sum())  # the first queries hold the objects
    boxes = sample.outputs["boxes"].clone()
    boxes[:, count:] = torch.tensor(CORNER)
    width = boxes[:, :, 2] - boxes[:, :, 0]
    along = torch.stack([width, 0 * width, width, 0 * width], dim=-1)
    along[:, count:] = 0
    return sample.but("boxes", lambda place: boxes + place * along)


def mask_logit(subject: Subject, numbers: Numbers) -> Path:
    """The masks of objects are as sure as the place says; the others are empty."""
    sample = right(subject)
    masks = sample.outputs["masks"]
    found = (masks.abs().amax(dim=(-2, -1), keepdim=True) > SURE / 2).to(masks.dtype)
    pattern, empty = found * masks.sign(), -SURE * (1 - found)
    return sample.but("masks", lambda place: empty + place * pattern)


def peak_height(subject: Subject, numbers: Numbers) -> Path:
    """The spot of each point is as high as the place says."""
    sample = right(subject)
    spots = sample.outputs["prediction"]
    return sample.but("prediction", lambda place: place * spots)


PATHS: dict[str, Layout] = {
    "found_logit": found_logit,
    "anchor_shift": anchor_shift,
    "query_shift": query_shift,
    "mask_logit": mask_logit,
    "peak_height": peak_height,
}
