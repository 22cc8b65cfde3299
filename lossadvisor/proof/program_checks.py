"""Checks of the whole program: the tensors that it passes around, and its gradients.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from fnmatch import fnmatch

import torch
from torch import Tensor

from lossadvisor.proof import draws, loss_checks
from lossadvisor.proof.contract import Range, bind
from lossadvisor.proof.subject import Failed, NotChecked, Subject


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
