"""Checks of the whole program: the tensors that it passes around, its gradients, its inference half.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch

import torch
from torch import Tensor

from lossadvisor.proof import draws, loss_checks
from lossadvisor.proof.contract import Range, bind
from lossadvisor.proof.subject import Failed, NotChecked, Subject, Tensors


def contract(subject: Subject) -> str:
    """Tensors of another shape, dtype or range than the loss wants: on the way from the data and the model."""
    expected = len(subject.inputs) + len(subject.promised_given)
    if len(subject.batch) != expected:
        raise Failed(f"batch() gives {len(subject.batch)} tensors, {expected} were promised")
    if len(subject.outputs) != len(subject.promised_outputs):
        raise Failed(f"the model gives {len(subject.outputs)} tensors, {len(subject.promised_outputs)} were promised")
    promised = (*subject.promised_outputs.items(), *subject.promised_given.items())
    sides = list(zip(promised, (*subject.outputs, *subject.given), strict=True))
    for (name, promise), tensor in sides:
        if wrong := bind(promise["shape"], tensor.shape, subject.sizes):
            raise Failed(f"{name}: shape {wrong}")
        dtype = str(tensor.dtype).removeprefix("torch.")
        autocast = tensor.dtype == subject.half and name in subject.promised_outputs
        if dtype != promise["dtype"] and not autocast:
            raise Failed(f"{name}: {promise['dtype']} was promised, {dtype} came")
    for (name, promise), tensor in sides:
        allowed = Range(promise["range"], subject.sizes)
        if (outside := allowed.outside(tensor.detach())).numel():
            from_one = promise["kind"] == "class-index" and outside.eq(allowed.high).all() and not tensor.eq(0).any()
            why = ": the classes are counted from 1, and must be from 0" if from_one else ""
            raise Failed(f"{name}: {outside[0].item():g} lies outside {allowed.text}{why}")
        if problem := malformed(promise["kind"], tensor):
            raise Failed(f"{name}: {problem}")
    return ", ".join(f"{name} {list(tensor.shape)}" for (name, _), tensor in sides)


def malformed(kind: str, tensor: Tensor) -> str:
    """What is wrong with tensors that must be ordered, or ""; what is missing (NaN) is in no order."""
    if kind == "box-xyxy" and (tensor[..., 2:] <= tensor[..., :2]).any():
        if (tensor[..., 2:] <= tensor[..., :2]).all():
            return "boxes whose x2 lies below x1, and y2 below y1: their corners are exchanged"
        return "a box whose x2 is not above its x1, or y2 above y1: centre and size where corners are meant?"
    if kind == "quantiles" and (tensor.diff(dim=-1) < 0).any():
        return "quantiles that cross"
    return ""


def scalar(subject: Subject) -> str:
    """A loss that is not a finite float32 scalar with a graph: no reduction, detached, or in half precision."""
    loss = subject.loss(subject.outputs)
    if loss.dim():
        raise Failed(f"the loss has shape {list(loss.shape)}, a scalar was expected: the reduction is missing")
    if not loss.requires_grad:
        raise Failed("the loss has no graph: something on the way to it detaches (argmax, item, no_grad)")
    if loss.dtype != torch.float32:
        raise Failed(f"the loss is {loss.dtype}, float32 was expected")
    if not loss.isfinite():
        raise Failed(f"the loss is {loss.item()}")
    return f"{loss.item():.4f}"


def gradients(subject: Subject) -> str:
    """Parameters that the loss does not reach, or reaches with NaN: they never learn."""
    unused = subject.proof.get("unused", ())
    learning = {
        name: parameter
        for name, parameter in subject.model.named_parameters()
        if parameter.requires_grad and not any(fnmatch(name, pattern) for pattern in unused)
    }

    def backward(scaled: Tensor) -> list[Tensor | None]:
        subject.model.zero_grad()
        scaled.backward(retain_graph=True)
        return [parameter.grad for parameter in learning.values()]

    found = subject.gradients(subject.loss(subject.run(subject.model)), backward)
    for name, gradient in zip(learning, found, strict=True):
        if gradient is None:
            raise Failed(f"{name} gets no gradient: the loss does not depend on it")
        if not gradient.isfinite().all():
            raise Failed(f"{name} gets a gradient that is not finite")
    still = without(learning, found)
    if still:  # slopes of +1 and -1 may cancel by chance: what if the model gave something else?
        outputs = (output + 3 * draws.noise(output, 61) for output in subject.run(subject.model))
        still &= without(learning, subject.gradients(subject.loss(tuple(outputs)), backward))
    if still:
        raise Failed(f"{min(still)} gets a gradient of exactly zero: what the model gives does not change the loss")
    return f"{len(learning)} parameters"


def without(names: Iterable[str], gradients: Iterable[Tensor | None]) -> set[str]:
    """The names of those whose gradient is missing or exactly zero."""
    pairs = zip(names, gradients, strict=True)
    return {name for name, gradient in pairs if gradient is None or not gradient.any()}


def refuses(subject: Subject) -> str:
    """Wrong targets that go unnoticed: another shape or dtype must raise or warn, or change nothing."""
    targets, rest = subject.targets, subject.given[1:]
    wrong = {"an extra axis": targets.unsqueeze(-1)}
    if targets.is_floating_point():
        if not targets.isnan().any() and targets.equal(targets.round()):
            wrong["int64"] = targets.long()
    else:
        wrong["float32"] = targets.float()
        high = Range(subject.promised_targets["target"]["range"], subject.sizes).high
        if high < float("inf"):
            wrong["a class that does not exist"] = targets.masked_fill(subject.valid(targets), int(high) + 1)
    right = subject.value(subject.probes.random)
    for name, tensor in wrong.items():
        with contextlib.suppress(Exception):
            seen = subject.value(subject.probes.random, tensor, *rest)
            if abs(seen - right) > 1e-6 * max(1.0, abs(right)):
                raise_later = (
                    f"targets with {name} are taken without a word, and score {seen:.4f} instead of {right:.4f}"
                )
                break
    else:
        return ", ".join(wrong)
    raise Failed(raise_later)


def all_missing(subject: Subject) -> str:
    """A mean over nothing, which is NaN: a batch whose targets are all missing must give zero gradients."""
    gone = subject.missing()
    if gone is None:
        raise NotChecked("targets can't be missing here")
    start = tuple(output.clone().requires_grad_() for output in subject.probes.random)
    loss = subject.loss(start, torch.full_like(subject.targets, gone), *subject.given[1:])
    if not loss.isfinite():
        raise Failed(f"a batch without a single target scores {loss.item()}: a finite value was expected")
    gradients = torch.autograd.grad(loss, start, materialize_grads=True)
    if any(gradient.any() for gradient in gradients):
        raise Failed("a batch without a single target gives a gradient that is not zero")
    return f"{loss.item():.4f}"


def missing_ignored(subject: Subject) -> str:
    """Padding or missing targets that count: what is predicted there must not change the loss."""
    gone, layout = ~subject.valid(subject.targets), subject.layout()
    if not gone.any():
        raise NotChecked("no target of the batch is missing")
    if not layout.shared:
        raise NotChecked("targets and predictions have no places in common")
    prediction, *others = subject.probes.random
    changed = layout.align(prediction).clone()
    changed[gone] = changed[gone].roll(1, dims=-1) * -3 + 1
    before = subject.value(subject.probes.random)
    after = subject.value((layout.restore(changed), *others))
    return loss_checks.compare(after, before, "with other predictions for missing targets, the batch scores")


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
    return f"{wrong.numel()} targets found again"


def decided(subject: Subject, outputs: Tensors) -> Tensors:
    """What predict() decides, then what it tells beside."""
    decoded = subject.call("predict", *outputs)
    return decoded if isinstance(decoded, tuple) else (decoded,)


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
    outputs = (3 * output for output in subject.probes.random)
    _, told, *_ = subject.call("predict", *outputs)
    if not ((told >= 0) & (told <= 1)).all():
        raise Failed(f"predict() tells probabilities from {told.min():.3g} to {told.max():.3g}: they lie in 0..1")
    return f"{told.min():.2g} to {told.max():.2g}"
