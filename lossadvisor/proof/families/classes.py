"""Special checks of classification: rare classes, ordered levels, teachers, and losses that must be of each sample.

Predictions are logits [B, C] (or [B, T, C], [B, L], [B]), or those of K = C - 1 questions [B, K].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from lossadvisor.proof import draws
from lossadvisor.proof.loss_checks import TOLERANCE, compare
from lossadvisor.proof.subject import Failed, NotChecked, Subject

SHOWN = 5  # classes in a message
NEAR = 1.2  # counts whose gradients a saturated loss need not tell apart
UNSURE, CLEAR = 0.1, 4.0
"""Sizes of logits that decide, and are far from sure, and of such that are nearly sure."""


def rare_classes(subject: Subject) -> str:
    """Weights or priors that are inverted, out of order or of the batch: rarer classes must pull harder."""
    names = subject.constants
    counts = names.get("CLASS_COUNTS") or [-weight for weight in names.get("CLASS_WEIGHTS") or names["POS_WEIGHT"]]
    pulls = [pull.mean().item() for pull in by_class(subject, len(counts))]
    seen = [number for number, pull in enumerate(pulls) if not math.isnan(pull)]  # of many classes a batch has some
    told = ", ".join(f"class {number}: {pulls[number]:.3g}" for number in seen[:SHOWN])
    for common, rare in ((a, b) for a in seen for b in seen if rarer(counts[a], counts[b]) and not alike(names, a, b)):
        if not pulls[common] < pulls[rare]:
            raise Failed(
                f"the gradient of a sample is {told}: class {rare} is rarer than class {common} and must pull harder. "
                "Are the weights inverted, in another order, or from the batch?"
            )
    if "C" in subject.promised_outputs["prediction"]["shape"]:
        (logits,), axis = subject.probes.random, class_axis(subject)
        decided = subject.call("predict", UNSURE * logits)[0]
        if not decided.equal(logits.argmax(dim=axis)):
            raise Failed("predict() does not take the highest logit: a prior that is added there undoes the training")
    return told


def rarer(common: float, rare: float) -> bool:
    """Whether a class is clearly rarer than another; or, where weights stand with a minus, at all."""
    return common > (NEAR * rare if rare > 0 else rare)


def alike(names: Mapping[str, Any], common: int, rare: int) -> bool:
    """Whether two classes have the same weight, rare as they are: capped, or saturated."""
    weights = names.get("CLASS_WEIGHTS") or names.get("POS_WEIGHT")
    return isinstance(weights, list) and math.isclose(weights[common], weights[rare], rel_tol=1e-3)


def by_class(subject: Subject, count: int) -> Iterator[Tensor]:
    """For each class the sizes of the gradients of its samples, at all-zero outputs."""
    outputs, targets = torch.zeros_like(subject.outputs[0], dtype=torch.float32), subject.targets
    kind, places = subject.promised_targets["target"]["kind"], torch.arange(targets.numel(), device=targets.device)
    groups = (places % count).view_as(targets)  # of a row of labels, each is a class
    wanted = torch.ones_like(targets) if kind == "multi-hot" else groups.to(targets.dtype)
    outputs.requires_grad_()
    (gradient,) = torch.autograd.grad(subject.loss((outputs,), wanted), outputs)
    sizes = gradient.norm(dim=class_axis(subject)) if kind == "class-index" else gradient.abs()
    return (sizes[groups == number] for number in range(count))


def class_axis(subject: Subject) -> int:
    """Where the classes of a prediction are."""
    shape: list[str] = subject.promised_outputs["prediction"]["shape"]
    return shape.index("C")


def teacher_pull(subject: Subject) -> str:
    """A teacher whose pull is wrong: without T**2, averaged over classes too, or with teacher and student exchanged."""
    temperature, hard = subject.constants["TEMPERATURE"], subject.constants["HARD_WEIGHT"]
    targets, teacher = subject.targets, draws.noise(subject.outputs[0], 71).float()
    known = torch.zeros_like(targets)

    def pull(logits: Tensor) -> Tensor:
        start = torch.zeros_like(teacher, requires_grad=True)
        return torch.autograd.grad(subject.loss((start,), known, logits), start)[0]

    several = "C" in subject.promised_outputs["prediction"]["shape"]
    sure, even = (
        (z / temperature).softmax(-1) if several else (z / temperature).sigmoid() for z in (teacher, 0 * teacher)
    )
    wanted = (1 - hard) * temperature * (even - sure) / known.numel()
    seen = pull(teacher) - pull(0 * teacher)
    ratio = (seen.norm() / wanted.norm()).item()
    if not F.cosine_similarity(seen.flatten(), wanted.flatten(), dim=0) > 1 - TOLERANCE:
        raise Failed(
            "the teacher pulls elsewhere: student and teacher are exchanged, or probabilities, not logits, go in"
        )
    if not abs(ratio - 1) < TOLERANCE:
        size = teacher.shape[-1]
        whys = {temperature**-2: ": T**2 is missing", 1 / size: f": the mean is over the {size} classes too"}
        why = next((why for factor, why in whys.items() if abs(ratio / factor - 1) < TOLERANCE), "")
        raise Failed(f"the teacher pulls {ratio:.4g} times as hard as it should at T = {temperature:g}{why}")
    return f"{wanted.norm().item():.3g}"


def conditional(subject: Subject) -> str:
    """A question that is asked of all, or decoded as if it were: in CORN each is of those that passed the last."""
    (logits,), targets = subject.probes.random, subject.targets
    start = logits.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(subject.loss((start,)), start)
    asked = targets[:, None] >= torch.arange(logits.shape[1], device=targets.device)
    if gradient[~asked & subject.valid(targets)[:, None]].any():
        raise Failed("questions count that come after one with the answer no: they are not conditional")
    above = subject.call("predict", logits)[1]
    if (above.diff(dim=1) > 0).any():
        raise Failed(
            "predict() gives probabilities that rise with the level: those of the questions are not multiplied"
        )
    return f"{int(asked.sum())} questions asked"


def near_misses(subject: Subject) -> str:
    """A loss that does not know the order: the further off the level, the more it must cost."""
    targets, (prediction,) = subject.targets, subject.probes.random
    questions = "K" in subject.promised_outputs["prediction"]["shape"]
    highest = prediction.shape[1] - (not questions)
    soft = targets.is_floating_point()
    top = torch.zeros_like(targets).index_fill(1, torch.tensor(highest, device=targets.device), 1) if soft else None
    wanted = torch.full_like(targets, highest) if top is None else top
    places, costs = torch.arange(prediction.shape[1], device=prediction.device), list[float]()
    for level in range(highest, -1, -1):
        chosen = places < level if questions else places == level
        costs.append(subject.value(((CLEAR * (2.0 * chosen - 1)).expand_as(prediction),), wanted))
    told = ", ".join(f"{cost:.4f}" for cost in costs)
    steps = [far - near for near, far in pairwise(costs)]
    if min(steps[:2]) <= TOLERANCE or min(steps) < -TOLERANCE:  # far off a cost may have come to its end
        raise Failed(f"0, 1, 2 ... levels off cost {told}: they should rise, so the order of the levels does not count")
    return told


def own_samples(subject: Subject) -> str:
    """A formula on the mean loss, where one on the loss of each sample is meant."""
    targets, (prediction,) = subject.targets, subject.probes.random
    if not subject.valid(targets).all():
        raise NotChecked("the mean is over targets, of which samples have different numbers")
    alone = [subject.value((prediction[i : i + 1],), targets[i : i + 1]) for i in range(len(targets))]
    seen = subject.value((prediction,))
    return compare(seen, sum(alone) / len(alone), "the formula is not of each sample: the batch scores")


CHECKS: dict[str, Callable[[Subject], str]] = {
    "rare-classes": rare_classes,
    "teacher-pull": teacher_pull,
    "conditional": conditional,
    "near-misses": near_misses,
    "own-samples": own_samples,
}
