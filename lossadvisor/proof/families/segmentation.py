"""Special checks of segmentation: a class, or yes and no, for each pixel.

Predictions are logits [B, C, H, W]; targets are class masks [B, H, W] int64, or masks [B, L, H, W] float32 of 0 and 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from lossadvisor.proof import draws
from lossadvisor.proof.kinds.probe import SURE
from lossadvisor.proof.loss_checks import TOLERANCE, alike, compare
from lossadvisor.proof.subject import Failed, NotChecked, Subject

EMPTY = 0.9  # what an empty prediction costs at least, where the foreground is what counts
RARE = 0.01  # the foreground's share of the pixels that shares of the gradient are stated for
OVERLAPS = {"dice": 0.5, "lovasz": 1.0}
"""Terms that score an overlap, and the weight of a false alarm and of a miss in it."""
DEFAULTS = {"EXPONENT": 1.0, "FIRST_CLASS": 0, "LAST_CLASS": None, "POOL_BATCH": True, "POOL_CLASSES": False}
"""What holds where a program has no such constant."""


def void_pixels(subject: Subject) -> str:
    """Void pixels that pull: their gradient must be exactly zero, in every term."""
    gone = ~subject.valid(subject.targets)
    if not gone.any():
        raise NotChecked("no pixel of the batch is void")
    pull = subject.layout().align(gradient(subject, subject.probes.random[0]))[gone].abs().max().item()
    if pull:
        raise Failed(f"a void pixel has a gradient of {pull:.2g}, exactly 0 was expected: a term does not leave it out")
    return f"{int(gone.sum())} void pixels"


def class_axis(subject: Subject) -> str:
    """A softmax over the batch or the image: the gradients of all classes of a pixel must add up to zero."""
    pull = gradient(subject, subject.probes.random[0])
    rest, largest = pull.sum(dim=1).abs().max().item(), pull.abs().max().item()
    if not rest <= 1e-3 * largest:
        raise Failed(f"the gradients of a pixel's classes add up to {rest:.2g}, not to 0: is the softmax over axis 1?")
    return f"{rest:.1g} of {largest:.1g}"


def pixel_order(subject: Subject) -> str:
    """Pixels that are paired with others: to shuffle those of predictions and targets together must change nothing."""
    (prediction, *_) = subject.probes.random
    height, width = prediction.shape[-2:]
    order = torch.randperm(height * width, generator=draws.generator()).to(prediction.device)
    moved = [t.flatten(-2)[..., order].unflatten(-1, (height, width)) for t in (prediction, *subject.given)]
    before, after = subject.value((prediction,)), subject.value((moved[0],), *moved[1:])
    return compare(after, before, "with its pixels in another order, a random prediction scores")


def every_class(subject: Subject) -> str:
    """A class that does not count: to get all of its pixels wrong must cost something."""
    perfect, worst = subject.probes.perfect[0], subject.probes.worst[0]
    lowest, seen = subject.value((perfect,)), []
    for number, where in classes(subject):
        cost = subject.value((torch.where(where, worst, perfect),)) - lowest
        if not cost > TOLERANCE:
            raise Failed(f"to get class {number} wrong everywhere costs {cost:.4f}: that class doesn't count")
        seen.append(f"{number}: {cost:.2f}")
    return ", ".join(seen)


def extreme_logits(subject: Subject) -> str:
    """A logarithm or a root that breaks: logits of 10000, right and wrong, must give finite losses and gradients."""
    for name, probe in (("right", subject.probes.perfect[0]), ("wrong", subject.probes.worst[0])):
        huge = probe.sign() * 1e4
        loss, pull = subject.value((huge,)), gradient(subject, huge)
        if not (torch.tensor(loss).isfinite() and pull.isfinite().all()):
            raise Failed(f"logits of 10000, all {name}, score {loss:g}, with gradients up to {pull.abs().max():g}")
    return "finite"


def empty_prediction(subject: Subject) -> str:
    """An overlap that the background fills: to predict no foreground at all must cost about 1."""
    cost = overlap_of(subject, background(subject)).item()
    if not cost >= EMPTY:
        raise Failed(f"an empty prediction costs {cost:.4f}, about 1 was expected: background counts as overlap")
    return f"{cost:.4f}"


def empty_foreground(subject: Subject) -> str:
    """A batch without foreground: the loss must be finite, and must not ask for foreground."""
    masks = torch.where(subject.valid(subject.targets), torch.zeros_like(subject.targets), subject.targets)
    for prediction in (subject.probes.random[0], background(subject)):
        pull = gradient(subject, prediction, masks)
        loss = subject.value((prediction,), masks)
        if not (torch.tensor(loss).isfinite() and pull.isfinite().all()):
            raise Failed(f"without foreground a prediction scores {loss:g}, with gradients up to {pull.abs().max():g}")
        towards = float((pull * -background(subject).sign()).sum())
        if towards < -1e-6:
            raise Failed(f"without foreground in the batch, the loss falls by {-towards:.2g} towards predicting some")
    return f"{loss:.4f}"


def overlap_value(subject: Subject) -> str:
    """Swapped weights, another pool, exponent or set of classes: sure predictions must cost one minus their overlap."""
    sure = spoilt(subject)
    seen, wanted = overlap_of(subject, torch.where(sure, SURE, -SURE)).item(), counted(subject, sure)
    told = next((f"{cause}: " for cause, value in mistaken(subject, sure) if alike(seen, value)), "")
    return compare(seen, wanted, f"{told}by its hits, misses and false alarms a prediction that is partly wrong scores")


def mistaken(subject: Subject, sure: Tensor) -> Iterator[tuple[str, float]]:
    """Mistakes in an overlap, and what it is with each."""
    known = settings(subject)
    exchanged = {"FP_WEIGHT": known["FN_WEIGHT"], "FN_WEIGHT": known["FP_WEIGHT"]}
    yield "the weights of false alarms and misses are exchanged", counted(subject, sure, **exchanged)
    yield "the exponent is inverted", counted(subject, sure, EXPONENT=1 / known["EXPONENT"])
    pooled = "each image is counted by itself" if known["POOL_BATCH"] else "the images are counted together"
    yield pooled, counted(subject, sure, POOL_BATCH=not known["POOL_BATCH"])
    first = "class 0 is left out" if known["FIRST_CLASS"] == 0 else "class 0 counts"
    yield first, counted(subject, sure, FIRST_CLASS=1 - known["FIRST_CLASS"])
    yield "the last class is left out", counted(subject, sure, LAST_CLASS=-1)
    yield "all classes are counted together", counted(subject, sure, POOL_CLASSES=True)
    mean = counted(subject, sure, EXPONENT=1.0)
    yield "the power is taken of the mean over the classes, not of each", mean ** known["EXPONENT"]


def settings(subject: Subject) -> dict[str, Any]:
    """The constants of an overlap."""
    weight = next((OVERLAPS[name] for name in subject.promised_terms if name in OVERLAPS), OVERLAPS["dice"])
    return {"FP_WEIGHT": weight, "FN_WEIGHT": weight, **DEFAULTS, **subject.constants}


def foreground_share(subject: Subject) -> str:
    """An overlap that drowns: of its gradient, a foreground of 1 % must get the share that the card says."""
    masks = torch.zeros_like(subject.targets).flatten(-2)
    rare = torch.zeros_like(masks, dtype=torch.bool)
    rare[..., : max(1, round(RARE * masks.shape[-1]))] = True
    masks, rare = (tensor.unflatten(-1, subject.targets.shape[-2:]) for tensor in (masks.masked_fill(rare, 1), rare))
    start = torch.zeros_like(subject.probes.random[0]).requires_grad_()
    (pull,) = torch.autograd.grad(overlap_of(subject, start, masks), start)
    pull = subject.layout().align(pull).abs()
    share, wanted = float(pull[rare].sum() / pull.sum()), subject.proof["share"]
    if not abs(share - wanted) <= 0.02:
        if subject.usual_classes:
            raise NotChecked(f"the share is known for {subject.usual_classes} classes; here it is {share:.3f}")
        raise Failed(f"a foreground of 1 % gets {share:.3f} of the gradient, {wanted} was expected")
    return f"{share:.3f}"


def gradient(subject: Subject, prediction: Tensor, *targets: Tensor) -> Tensor:
    """The gradient of the loss at a prediction."""
    start = prediction.clone().requires_grad_()
    (found,) = torch.autograd.grad(subject.loss((start,), *targets), start)
    return found


def classes(subject: Subject) -> Iterator[tuple[int, Tensor]]:
    """The number of each class (or label) of the batch, and where it is in the prediction."""
    masks, channels = subject.targets, range(subject.probes.random[0].shape[1])
    for number in channels:
        if masks.is_floating_point():
            here = torch.zeros_like(masks, dtype=torch.bool)
            here[:, number] = masks[:, number] == 1
        else:
            here = (masks == number)[:, None]
        if here.any():
            yield number, here


def background(subject: Subject) -> Tensor:
    """A prediction that is sure of no foreground anywhere."""
    empty = torch.full_like(subject.probes.random[0], -SURE)
    if not subject.targets.is_floating_point():
        empty[:, 0] = SURE
    return empty


def overlap_of(subject: Subject, prediction: Tensor, *targets: Tensor) -> Tensor:
    """The loss of the overlap alone: that term, without its weight, where there are several."""
    if not hasattr(subject.module, "loss_terms"):
        return subject.loss((prediction,), *targets)
    terms = subject.call("loss_terms", prediction, *(targets or subject.given))
    name = next(name for name in OVERLAPS if name in terms)
    loss: Tensor = terms[name] / subject.constants[f"{name.upper()}_WEIGHT"]
    return loss


def spoilt(subject: Subject) -> Tensor:
    """Decisions that are right but for the last class: part of it is missed, and class 0 (or nothing) put there."""
    prediction, masks = subject.probes.random[0], subject.targets
    wrong = prediction[:, -1] > 0
    if masks.is_floating_point():
        sure = masks == 1
        sure[:, -1] &= wrong
        sure[:, -1] |= prediction[:, -1] > 1.5  # and some that is not there
        return sure
    masks = masks.masked_fill(wrong & (masks == prediction.shape[1] - 1), 0)
    return masks[:, None] == torch.arange(prediction.shape[1], device=masks.device)[:, None, None]


def counted(subject: Subject, sure: Tensor, **changes: Any) -> float:
    """The mean over the classes (and images, unless the batch is pooled) of one minus the overlap, by counting.

    Args:
        changes: of the constants.
    """
    known = {**settings(subject), **changes}
    valid, masks = subject.valid(subject.targets), subject.targets
    if not masks.is_floating_point():
        numbers = torch.arange(sure.shape[1], device=masks.device)[:, None, None]
        valid, masks = valid[:, None].expand_as(sure), masks[:, None] == numbers
    kept = slice(known["FIRST_CLASS"], known["LAST_CLASS"])
    found, true = (sure & valid)[:, kept], ((masks == 1) & valid)[:, kept]
    if known["POOL_CLASSES"]:
        found, true = (side.flatten(1, 2)[:, None] for side in (found, true))
    losses = []
    for image in [slice(None)] if known["POOL_BATCH"] else range(len(found)):
        for here, there in zip(*(side[image].movedim(-3, 0) for side in (found, true)), strict=True):
            hits, alarms, misses = (int(pixels.sum()) for pixels in (here & there, here & ~there, ~here & there))
            if hits + misses:
                overlap = hits / (hits + known["FP_WEIGHT"] * alarms + known["FN_WEIGHT"] * misses)
                losses.append((1 - overlap) ** known["EXPONENT"])
    return float(sum(losses)) / max(len(losses), 1)


CHECKS: dict[str, Callable[[Subject], str]] = {
    "void-pixels": void_pixels,
    "class-axis": class_axis,
    "pixel-order": pixel_order,
    "every-class": every_class,
    "extreme-logits": extreme_logits,
    "empty-prediction": empty_prediction,
    "empty-foreground": empty_foreground,
    "overlap-value": overlap_value,
    "foreground-share": foreground_share,
}
"""Special checks of this family by their names."""
