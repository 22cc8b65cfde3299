"""Checks of detectors that look at places: anchors, decoded boxes, channels of masks; and terms whose size is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from lossadvisor.proof.expression import evaluate
from lossadvisor.proof.families.detection import classes
from lossadvisor.proof.kinds.detection import iou, objects
from lossadvisor.proof.loss_checks import TOLERANCE, alike, compare
from lossadvisor.proof.subject import Failed, Subject

SIDES = 4


def anchors(subject: Subject) -> tuple[Tensor, Tensor, Tensor]:
    """Which anchors [B, A] overlap an object enough, are the best of one, are in between and must not count."""
    low, high = (float(subject.constants[name]) for name in ("NEGATIVE_IOU", "POSITIVE_IOU"))
    boxes, size = subject.named["boxes"], subject.outputs[0].shape[:2]
    places = subject.call("anchors" if hasattr(subject.module, "anchors") else "regions", boxes)
    best, highest = torch.zeros(size, dtype=torch.bool), torch.zeros(size)
    for image, number in objects(subject.targets):
        overlaps = iou(boxes[image, number], places).cpu()
        highest[image] = torch.maximum(highest[image], overlaps)
        best[image, overlaps.argmax()] = True
    enough = highest >= high
    return enough, best, ~best & ~enough & (highest >= low)


def assignment(subject: Subject) -> str:
    """Anchors that are for the wrong object, for none, or count where they are in between."""
    enough, best, between = anchors(subject)
    owned = enough | best
    start = tuple(output.clone().requires_grad_() for output in subject.probes.random)
    logits, offsets, *_ = torch.autograd.grad(subject.loss(start), start, materialize_grads=True)
    seen = offsets.cpu().any(dim=2)
    if lost := int((enough & ~seen).sum()):
        raise Failed(f"{lost} anchors that overlap an object enough get no gradient for its box")
    if lost := int((best & ~seen).sum()):
        told = "an object that no anchor overlaps enough keeps its best one"
        raise Failed(f"{lost} anchors that are the best of an object get no gradient for its box: {told}")
    if more := int((seen & ~owned).sum()):
        raise Failed(f"{more} anchors learn a box, and are for no object")
    if logits.cpu()[between].any():
        raise Failed("anchors between NEGATIVE_IOU and POSITIVE_IOU count in the term class: they are to be left out")
    return f"{int(owned.sum())} anchors for an object, {int(between.sum())} in between"


def detections(subject: Subject) -> str:
    """A decoding that does not fit the loss: predict() must find all objects in a perfect prediction, and no more."""
    found, _, *places = subject.call("predict", *subject.probes.perfect)
    number = int((found < classes(subject)).sum())
    wanted = [*objects(subject.targets)]
    if number != len(wanted):
        raise Failed(f"predict() finds {number} objects in a perfect prediction, there are {len(wanted)}")
    for image, row in wanted:
        same = (found[image] == subject.targets[image, row]).nonzero()[:, 0].tolist()
        if not any(near(subject, image, row, [place[image, at] for place in places]) for at in same):
            raise Failed(f"predict() does not find object {row} of image {image} in a perfect prediction")
    return f"{number} objects found again"


def near(subject: Subject, image: int, row: int, places: list[Tensor]) -> bool:
    """Whether a box, or a mask where there are no boxes, is that of an object."""
    if "boxes" in subject.named:
        apart = [place for place in places[1:] if not place.any()]  # a mask in which there is nothing
        return not apart and bool(iou(subject.named["boxes"][image, row], places[0][None]) > 0.9)
    return bool((places[0] == subject.named["masks"][image, row].bool()).all())


def well_formed(subject: Subject) -> str:
    """Boxes that can turn inside out: with huge weights in the model they must be finite, and in order."""
    model = subject.build()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(100)
    outputs = subject.run(model)
    _, _, boxes, *_ = subject.call("predict", *outputs)
    if not boxes.isfinite().all() or not (boxes[..., 2:] >= boxes[..., :2]).all():
        told = "not finite, or x2 is below x1: centre and size taken for corners, or sizes without a limit"
        raise Failed(f"with huge weights predict() gives boxes that are no boxes: {told}")
    loss = subject.value(outputs)
    if not -TOLERANCE <= loss < float("inf"):
        raise Failed(f"with huge weights the loss is {loss}: a finite value above zero was expected")
    return f"{boxes.flatten(0, -2).shape[0]} boxes"


def own_class(subject: Subject) -> str:
    """Masks that compete between the classes: the loss must read the channel of the true class alone."""
    start = tuple(output.clone().requires_grad_() for output in subject.probes.random)
    gradient = torch.autograd.grad(subject.loss(start), start)[-1].flatten(3).any(dim=3)
    channels = gradient.sum(dim=2)
    if channels.max() != 1:
        raise Failed(f"the masks of {int(channels.max())} classes count at one place: they compete, one was expected")
    return f"{int(gradient.sum())} masks, each of one class"


def every_keypoint(subject: Subject) -> str:
    """A point that doesn't count, or a hidden one that does: a wrong heatmap must cost, for points that are known."""
    (perfect,), (worst,) = subject.probes.perfect, subject.probes.worst
    known, lowest = ~subject.targets.isnan().any(dim=-1), subject.value(subject.probes.perfect)
    for image, number in torch.ones_like(known).nonzero().tolist():
        spoilt = perfect.clone()
        spoilt[image, number] = worst[image, number]
        if (subject.value((spoilt,)) > lowest) != bool(known[image, number]):
            told = "known, and may be wrong" if known[image, number] else "hidden, and must not be wrong"
            raise Failed(f"point {number} of image {image} is {told}")
    return f"{int(known.sum())} points that are known, {int((~known).sum())} that are hidden"


def zero_terms(subject: Subject) -> str:
    """A term of another size than it says: its value at all-zero outputs is known.

    In its formula P is the number of anchors that are for an object, N that of background.
    """
    terms, names = subject.terms(tuple(torch.zeros_like(output) for output in subject.outputs)), subject.constants
    if "NEGATIVE_IOU" in names:
        enough, best, between = anchors(subject)
        owned = enough | best
        names = {**names, "P": int(owned.sum()), "N": int((~owned & ~between).sum())}
    for name, formula in subject.proof["zero-terms"].items():
        wanted = evaluate(formula, names)
        compare(
            terms[name], wanted, f"all-zero outputs: {mistaken(terms[name], wanted, formula, names)}the term {name} is"
        )
    return ", ".join(f"{name} {terms[name]:.4f}" for name in subject.proof["zero-terms"])


def mistaken(seen: float, wanted: float, formula: str, names: Mapping[str, Any]) -> str:
    """What a term at all-zero outputs does instead of its formula, or "" if that is not known."""
    if "ALPHA" in formula and alike(seen, evaluate(formula, {**names, "ALPHA": 1 - names["ALPHA"]})):
        return "ALPHA weighs the negatives, not the positives: "
    if "BINS" in formula and alike(seen, evaluate(formula, {**names, "BINS": SIDES})):
        return "the softmax is over the sides, not over the bins: "
    if "NEGATIVES" in formula:
        return f"{'more' if seen > wanted else 'fewer'} anchors count than the positives and the hardest negatives: "
    whole = round(seen / wanted)
    return (
        f"a sum over {whole} numbers stands where a mean is meant: "
        if whole > 1 and alike(seen, whole * wanted)
        else ""
    )


def perfect_terms(subject: Subject) -> str:
    """A term that a perfect prediction can't bring to its known minimum.

    In its formula E is the mean entropy of the distances at the points that are for an object.
    """
    outputs, names = subject.probes.perfect, subject.constants
    if hasattr(subject.module, "points"):
        shares = outputs[1][outputs[0].amax(dim=-1) > 0].softmax(dim=-1)
        names = {**names, "E": float(-(shares * shares.clamp(min=1e-9).log()).sum(dim=-1).mean())}
    terms = subject.terms(outputs)
    for name, formula in subject.proof["perfect-terms"].items():
        compare(terms[name], evaluate(formula, names), f"a perfect prediction: the term {name} is")
    return ", ".join(f"{name} {terms[name]:.4f}" for name in subject.proof["perfect-terms"])


CHECKS: dict[str, Callable[[Subject], str]] = {
    "assignment": assignment,
    "detections": detections,
    "well-formed": well_formed,
    "own-class": own_class,
    "every-keypoint": every_keypoint,
    "zero-terms": zero_terms,
    "perfect-terms": perfect_terms,
}
"""The checks of this family by name."""
