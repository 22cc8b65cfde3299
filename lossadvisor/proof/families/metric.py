"""Checks of embeddings: what their losses must not see, what must keep them apart, and what training makes of them.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lossadvisor.proof.families.pairs import trained
from lossadvisor.proof.subject import Failed, Subject, Tensors

TRAINING = 100  # steps on one batch
LEAST_FOUND = 0.6  # of the rows of a batch that was learned: worst of 10 seeds 0.88; by chance 1 / B
LEAST_SPREAD = 0.45  # of even directions: worst of 10 seeds 0.54; at most 0.37 after a collapse


def stop_gradient(subject: Subject) -> str:
    """A goal that moves towards its prediction, until all rows are equal: the projections must get no gradient."""
    predictions, goals = gradients(subject)
    if not predictions.any():
        raise Failed("the predictions get no gradient: it is stopped on the wrong side")
    if goals.any():
        raise Failed("the projections get a gradient: without a stop there, equal rows are the best solution")
    return "predictions only"


def gradients(subject: Subject) -> Tensors:
    """The gradient of the loss in each output, at a random one."""
    start = tuple(output.clone().requires_grad_() for output in subject.probes.random)
    return torch.autograd.grad(subject.loss(start), start, materialize_grads=True)


def zero_rows(subject: Subject) -> str:
    """The infinite slope of a root at 0: rows of zeros and rows that are equal must give finite gradients."""
    start = [output.clone() for output in subject.probes.random]
    for output in start:
        output[0] = 0
        output[1] = output[2] = start[0][2]
    leaves = tuple(output.requires_grad_() for output in start)
    loss = subject.loss(leaves)
    if not loss.isfinite():
        raise Failed(f"with rows that are zero or equal the loss is {loss.item()}")
    found = torch.autograd.grad(loss, leaves, materialize_grads=True)
    for name, gradient in zip(subject.promised_outputs, found, strict=True):
        if not gradient.isfinite().all():
            raise Failed(f"{name}: with rows that are zero or equal its gradient is not finite")
    return f"{loss.item():.4f}"


def nothing_to_compare(subject: Subject) -> str:
    """A batch with nothing to compare: without a positive or a negative pair it must be refused, not score NaN or 0."""
    labels = subject.targets
    wrong = {"no class comes twice": torch.arange(len(labels)), "there is one class": torch.zeros(len(labels))}
    for name, other in wrong.items():
        score = None
        with contextlib.suppress(Exception):
            score = subject.value(subject.probes.random, other.to(labels))
        if score is not None:
            raise Failed(f"a batch in which {name} is taken without a word, and scores {score:.4f}")
    single = labels.clone()
    single[0] = labels.max() + 1
    start = subject.probes.random[0].clone().requires_grad_()
    loss = subject.loss((start,), single)
    (gradient,) = torch.autograd.grad(loss, start)
    if not (loss.isfinite() and gradient.isfinite().all()):
        raise Failed(f"one sample alone in its class makes the loss {loss.item()}")
    return f"{', '.join(wrong)}: refused"


def other_classes(subject: Subject) -> str:
    """A wrong class that costs nothing: to come near the direction of any other class must cost something."""
    (perfect,) = subject.probes.perfect
    best = subject.value((perfect,))
    for number in range(perfect.shape[1]):
        row = int((subject.targets != number).nonzero()[0])
        near = perfect.clone()
        near[row, number] = 1
        if not subject.value((near,)) > best:
            raise Failed(f"a sample on the direction of class {number}, which is not its own, costs nothing")
    return f"{perfect.shape[1]} classes"


@cache
def learned(subject: Subject) -> nn.Module:
    """A model that the program has trained on one batch."""
    return trained(subject, subject.build(), TRAINING)


def neighbours(subject: Subject) -> str:
    """Embeddings that don't serve: after training on a batch, the nearest row must be one that belongs to it."""
    told = []
    for what, outputs in (("perfect", subject.probes.perfect), ("trained", run(subject))):
        found, wanted = nearest(subject, outputs)
        right = (found == wanted).float().mean().item()
        if right < (1 if what == "perfect" else LEAST_FOUND):
            raise Failed(f"{what} outputs: only for {right:.0%} of the rows is what is found theirs")
        told.append(f"{what} {right:.0%}")
    return ", ".join(told)


def nearest(subject: Subject, outputs: Tensors) -> tuple[Tensor, Tensor]:
    """What is found for each row, and what should be: the label of its neighbour, or the number of its partner."""
    decoded = subject.call("predict", *outputs)
    if subject.promised_outputs["prediction"]["kind"] == "labelled-embeddings":
        lengths = decoded.norm(dim=1)
        if not torch.allclose(lengths, torch.ones_like(lengths), atol=1e-3):
            raise Failed(f"predict() gives rows of length {lengths.min():.3f} to {lengths.max():.3f}, not 1")
        cosines = (decoded @ decoded.T).fill_diagonal_(-2)
        return subject.targets[cosines.argmax(dim=1)], subject.targets
    found = decoded[0]
    if subject.given:
        return found, subject.targets
    return found, torch.ones_like(found) if found.dtype == torch.bool else torch.arange(len(found)).to(found)


def row_spread(subject: Subject) -> str:
    """A collapse in training: what a trained model gives must not be one and the same row for all samples."""
    rows = F.normalize(run(subject)[-1].flatten(1), dim=1)
    seen = rows.std(dim=0).mean().item() * rows.shape[1] ** 0.5
    if not seen >= LEAST_SPREAD:
        raise Failed(f"after training, rows differ by {seen:.3f} of what even directions do: they have collapsed")
    return f"{seen:.2f} of even directions"


def run(subject: Subject) -> Tensors:
    """What the trained model gives for its batch."""
    model = learned(subject)
    with torch.no_grad():
        return subject.run(model)


def slow_copy(subject: Subject) -> str:
    """A target network that learns by itself, stands still or follows too fast: it must move by its momentum alone."""
    model = subject.build()
    slow, fast = ([*model.get_submodule(name).parameters()] for name in ("target", "online"))
    if any(parameter.requires_grad for parameter in slow):
        raise Failed("the target network has parameters that take a gradient")
    before = [parameter.detach().clone() for parameter in slow]
    keep = subject.constants["MOMENTUM"]
    trained(subject, model, 1)
    for old, new, online in zip(before, slow, fast, strict=True):
        wanted = keep * old + (1 - keep) * online.detach()
        if not torch.allclose(new, wanted, atol=1e-6):
            off = (new - wanted).abs().max().item()
            raise Failed(f"after a step the target network is off by {off:.2g} from {keep} of itself, the rest online")
    return f"keeps {keep} of itself"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "stop-gradient": stop_gradient,
    "zero-rows": zero_rows,
    "nothing-to-compare": nothing_to_compare,
    "other-classes": other_classes,
    "neighbours": neighbours,
    "row-spread": row_spread,
    "slow-copy": slow_copy,
}
"""Each special check of this family by its name."""
