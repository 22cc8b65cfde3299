"""Checks of the inference half: predict() must fit the loss.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from lossadvisor.proof.contract import Range
from lossadvisor.proof.subject import Failed, NotChecked, Subject, Tensors


def instead(seen: Tensor, wanted: Tensor) -> str:
    """What stands in the place of the targets, as the end of a sentence; "" if it is nothing known."""
    ratios = seen / wanted
    known = {
        "the logarithm of the target": wanted.log(),
        "the exponential of the target": wanted.exp(),
        "the target with the wrong sign": -wanted,
        "the sigmoid of the target": wanted.sigmoid(),
        "the logit of the target": wanted.logit(),
        "the target in degrees": wanted.rad2deg(),
        "the angle of exchanged sine and cosine": (math.pi / 2 - wanted).remainder(2 * math.pi),
        f"{ratios[0]:.4g} times the target": ratios[0] * wanted,
        f"the target and {(seen - wanted)[0]:.4g} more": wanted + (seen - wanted)[0],
    }
    return next((f": it is {name}" for name, value in known.items() if torch.allclose(seen, value, 1e-2, 1e-2)), "")


@contextlib.contextmanager
def other_units(subject: Subject) -> Iterator[Tensor]:
    """Targets as `predict()` gives them, in a unit in which to forget MEAN, STD or SIZE shows."""
    names, targets = vars(subject.module), subject.targets
    before = {name: names[name] for name in UNITS if name in names}
    numbers = {name: torch.as_tensor(names[name], dtype=torch.float32) for name in before}
    for name, number in numbers.items():
        numbers[name] = (number + 0.5 if name == "MEAN" else 1.5 * number).to(targets.device)
        names[name] = numbers[name].tolist()
    try:
        yield targets * numbers.get("STD", numbers.get("SIZE", 1)) + numbers.get("MEAN", 0)
    finally:
        names.update(before)


UNITS = ("MEAN", "STD", "SIZE")
"""Constants that say in which unit a program takes and gives its targets."""

FREE = "(-inf, inf)"
FAR = 10.0
"""How many times as far out as random outputs."""

NEAR = 1e-3
"""How near to a threshold a decision must turn to be said to turn there."""


def inference(subject: Subject) -> str:
    """A threshold or an activation that does not fit the loss: a perfect prediction must be decoded to the targets."""
    if "target" not in subject.named:
        return implied(subject)
    with other_units(subject) as targets:
        decision, *beside = decided(subject, subject.probes.perfect)
    if subject.promised_outputs["prediction"]["kind"] == "quantiles":
        targets = targets[..., None].expand(decision.shape)
    if decision.shape != targets.shape:
        raise NotChecked(f"predict() gives {list(decision.shape)}, the targets are {list(targets.shape)}")
    count = subject.valid(targets)
    if targets.is_floating_point() and not decision.is_floating_point():
        targets = targets.masked_fill(~count, 0).round()
    seen, wanted = decision[count].double(), targets[count].double()
    wrong = ~torch.isclose(seen, wanted, rtol=1e-2, atol=1e-2)
    if wrong.any():
        told = f"a perfect prediction is decoded to {seen[wrong][0]:g} where the target is {wanted[wrong][0]:g}"
        raise Failed(f"{told} ({int(wrong.sum())} of {wrong.numel()}){instead(seen, wanted)}")
    if subject.promised_targets["target"]["kind"] == "probabilities":
        likeliest(decision, beside)
    if decision.dtype == torch.bool and subject.promised_outputs["prediction"]["kind"] == "logits":
        on_probabilities(subject)
    if decision.is_floating_point():
        within(subject)
    return f"{wrong.numel()} targets found again"


def decided(subject: Subject, outputs: Tensors) -> Tensors:
    """What predict() decides, then what it tells beside."""
    decoded = subject.call("predict", *outputs)
    return decoded if isinstance(decoded, tuple) else (decoded,)


def within(subject: Subject) -> None:
    """What predict() gives must stay where targets are, however far outputs go that have no bounds.

    Raises:
        Failed: it does not.
    """
    targets = Range(subject.promised_targets["target"]["range"], subject.sizes)
    bounded = not targets.open and targets.closed and targets.other is None
    free = subject.promised_outputs["prediction"]["range"] == FREE
    if not (bounded and free) or any(hasattr(subject.module, name) for name in UNITS):
        return
    found = decided(subject, tuple(FAR * output for output in subject.probes.random))[0]
    if len(targets.outside(found)):
        ends = f"from {targets.low:g} to {targets.high:g}"
        raise Failed(f"predict() goes from {found.min():.3g} to {found.max():.3g}, targets {ends}")


def likeliest(probabilities: Tensor, beside: Sequence[Tensor]) -> None:
    """The class that is told beside probabilities must be that of the highest one.

    Raises:
        Failed: it is another.
    """
    best = probabilities.argmax(dim=-1)
    if any(told.shape == best.shape and not told.equal(best) for told in beside):
        raise Failed("predict() tells another class than that of the highest probability")


def implied(subject: Subject) -> str:
    """The decisions where each is to be a yes.

    Raises:
        Failed: some are not, though the prediction is perfect; or are, though it is the worst.
        NotChecked: predict() decides something else.
    """
    best, worst = (decided(subject, outputs)[0] for outputs in (subject.probes.perfect, subject.probes.worst))
    if best.dtype != torch.bool:
        raise NotChecked("the places in the batch imply the target")
    if not best.all() or worst.any():
        raise Failed("predict() says no to a perfect prediction, or yes to the worst")
    return f"{best.numel()} decisions"


def on_probabilities(subject: Subject) -> None:
    """A threshold that is meant for probabilities must not be one on logits.

    Raises:
        Failed: it is.
    """
    threshold = subject.constants.get("THRESHOLD", 0.5)
    logits, *others = subject.probes.perfect
    sides = (torch.full_like(logits, threshold + step) for step in (-NEAR, NEAR))
    below, above = (decided(subject, (side, *others))[0] for side in sides)
    if not below.any() and above.all():
        raise Failed(f"the decision turns where a logit is {threshold:g}: that is a threshold for a probability")


def told_probabilities(subject: Subject) -> str:
    """Numbers that are told as probabilities, and are none: what predict() gives beside its decision lies in 0..1."""
    _, told, *_ = decided(subject, tuple(3 * output for output in subject.probes.random))
    if not ((told >= 0) & (told <= 1)).all():
        raise Failed(f"predict() tells probabilities from {told.min():.3g} to {told.max():.3g}: they lie in 0..1")
    return f"{told.min():.2g} to {told.max():.2g}"
