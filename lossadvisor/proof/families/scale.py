"""Checks of the scale and the bias that are learned with embeddings.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from lossadvisor.proof.families.pairs import EXACT, embeddings, replaced, trained
from lossadvisor.proof.subject import Failed, NotChecked, Subject


def scales(subject: Subject) -> Iterator[tuple[str, int]]:
    """The names and positions of the outputs that are single learned numbers."""
    for position, name in enumerate(subject.promised_outputs):
        if position not in embeddings(subject):
            yield name, position


def learned_scale(subject: Subject) -> str:
    """A scale or bias that is not in the optimizer, or that the loss does not use: it must move when training."""
    before = [output.detach().clone() for output in subject.run(subject.build())]
    after = subject.run(trained(subject, subject.build(), 5))
    seen = []
    for name, position in scales(subject):
        if after[position].equal(before[position]):
            raise Failed(f"{name} stays at {after[position].item():.4f}: it is not learned (not in the optimizer?)")
        seen.append(f"{name} {before[position].item():.4f} -> {after[position].item():.4f}")
    return ", ".join(seen)


def clamped_scale(subject: Subject) -> str:
    """A scale that grows without end: after a step it must be at most MAX_SCALE, wherever it was."""
    model, highest = subject.build(), float(subject.constants["MAX_SCALE"])
    parameter = scale_of(model)
    with torch.no_grad():
        parameter.fill_(math.log(2 * highest))
    trained(subject, model, 2)
    scale = float(subject.run(model)[dict(scales(subject))["log_scale"]].exp())
    if not scale <= highest * (1 + EXACT):
        raise Failed(f"after training the scale is {scale:.1f}, at most {highest:.1f} was expected: it is not clamped")
    if parameter.exp() > highest * (1 + EXACT):
        raise Failed("the scale is clamped in the model only: beyond the limit it gets no gradient and is stuck")
    return f"{2 * highest:.0f} becomes {scale:.0f}"


def scale_of(model: nn.Module) -> Tensor:
    """The parameter that is the logarithm of the scale.

    Raises:
        NotChecked: the model has none of this name.
    """
    parameter: Tensor | None = getattr(model, "log_scale", None)
    if parameter is None:
        raise NotChecked("the model has no parameter `log_scale`")
    return parameter


def undecayed_scale(subject: Subject) -> str:
    """Weight decay on the scale: a loss that does not want it moved must leave it where it is."""
    model = subject.build()
    before = scale_of(model).item()
    trained(subject, model, 5, loss=lambda *tensors: sum(0 * tensor.float().sum() for tensor in tensors))
    after = scale_of(model).item()
    if not abs(after - before) <= EXACT:
        raise Failed(f"without any gradient log_scale goes from {before:.4f} to {after:.4f}: weight decay moves it")
    return f"{after:.4f}"


def start_balanced(subject: Subject) -> str:
    """Sigmoids that start without a bias: the negatives, nearly all pairs, then swamp the positives."""
    start = replaced(
        subject.outputs, {position: torch.zeros_like(subject.outputs[position]) for position in embeddings(subject)}
    )
    rows = len(start[0])
    half = replaced(start, {position: start[position][: rows // 2] for position in embeddings(subject)})
    whole, less = subject.value(start), subject.value(half)
    negative = (whole - less) / (rows - rows // 2)  # what one more negative adds to a row
    positive = whole - (rows - 1) * negative
    if not 1000 * negative < positive:
        told = f"at the start a positive costs {positive:.4f}, and each negative {negative:.4f}"
        raise Failed(f"{told}: in a batch of 1000 the negatives decide alone (bias of 0?)")
    return f"positive {positive:.4f}, each negative {negative:.6f}"


def far_pairs(subject: Subject) -> str:
    """The logarithm of a clamped probability: pairs that are wrong by far must cost more the further they are."""
    position, highest = dict(scales(subject))["log_scale"], float(subject.constants["MAX_SCALE"])
    worst = subject.probes.worst
    near, far = (
        subject.value(replaced(worst, {position: torch.full_like(worst[position], math.log(scale))}))
        for scale in (highest / 2, highest)
    )
    if not far - near > highest / 4:
        told = f"the worst pairs cost {near:.4f} at a scale of {highest / 2:g}, {far:.4f} at {highest:g}"
        raise Failed(f"{told}: beyond some error they cost no more, and get no gradient (a probability is clamped?)")
    return f"{near:.4f} rises to {far:.4f}"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "learned-scale": learned_scale,
    "clamped-scale": clamped_scale,
    "undecayed-scale": undecayed_scale,
    "start-balanced": start_balanced,
    "far-pairs": far_pairs,
}
"""Each check by its name in a contract or a card."""
