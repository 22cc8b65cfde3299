"""Checks of the loss by itself: it is called with predictions whose merit is known.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import math
from itertools import islice

import torch
from torch import Tensor

from lossadvisor.proof.expression import evaluate
from lossadvisor.proof.layout import roll
from lossadvisor.proof.subject import Failed, NotChecked, Subject, Tensors

TOLERANCE = 2e-3
MOST_CHOICES = math.log(1000)  # of a softmax that can be told by its value at equal logits
MANY = 64  # targets that are looked at one by one
SHARE = 1e-10  # of the cost of the worst prediction, that each of its places has at least


def order(subject: Subject) -> str:
    """A loss that does not prefer what is right: perfect < random < worst must hold."""
    probes = subject.probes
    perfect, random, worst = (subject.value(probe) for probe in (probes.perfect, probes.random, probes.worst))
    if not perfect < random:
        raise Failed(f"a perfect prediction scores {perfect:.4f}, a random one {random:.4f}: lower was expected")
    if not random < worst:
        raise Failed(f"a random prediction scores {random:.4f}, the worst one {worst:.4f}: lower was expected")
    return f"{perfect:.4f} < {random:.4f} < {worst:.4f}"


def terms(subject: Subject) -> str:
    """A term that is missing, does not count or prefers what is wrong: each must hold perfect <= random <= worst."""
    probes = subject.probes
    perfect, random, worst = (subject.terms(probe) for probe in (probes.perfect, probes.random, probes.worst))
    if set(random) != set(subject.promised_terms):
        raise Failed(f"the loss has the terms {', '.join(random)}; {', '.join(subject.promised_terms)} were promised")
    compare(subject.value(probes.random), sum(random.values()), "loss_fn() is not the sum of its terms: it gives")
    for name, middle in random.items():
        low, high = perfect[name] - TOLERANCE, worst[name] + TOLERANCE
        told = f"{name}: perfect {perfect[name]:.4f}, random {middle:.4f}, worst {worst[name]:.4f}"
        if not low <= middle <= high:
            raise Failed(f"{told}: they should rise")
        if not perfect[name] < worst[name]:
            raise Failed(f"{told}: the term can't tell them apart")
    return ", ".join(f"{name} {perfect[name]:.4f} to {worst[name]:.4f}" for name in random)


def every_target(subject: Subject) -> str:
    """A target that doesn't count: to get any single one wrong must cost something."""
    layout, (best, *others) = subject.layout(), subject.probes.perfect
    if not layout.shared:
        raise NotChecked("targets and predictions have no places in common")
    perfect, worst, counts = layout.align(best), layout.align(subject.probes.worst[0]), subject.valid(subject.targets)
    if subject.proof.get("shift"):  # the logits of a softmax are wrong together, not one by one
        counts = counts.any(dim=-1) if counts.shape == perfect.shape else counts
    lowest = subject.value(subject.probes.perfect)
    least = lowest + SHARE * max(subject.value(subject.probes.worst) - lowest, 0.0)
    differ = (
        tuple(place) for place in counts.nonzero().tolist() if not worst[tuple(place)].equal(perfect[tuple(place)])
    )
    places = [*islice(differ, MANY)]  # where nothing is better or worse, no target can count
    for place in places:
        spoilt = perfect.clone()
        spoilt[place] = worst[place]
        if not subject.value((layout.restore(spoilt), *others)) > least:
            target = subject.targets[place].tolist()
            raise Failed(f"the worst prediction for target {target} costs nothing: such targets don't count")
    return f"{len(places)} targets"


def quantile_slope(subject: Subject) -> str:
    """Quantiles that are swapped or flipped: level q must cost q for a prediction too low, 1 - q for one too high."""
    if subject.promised_outputs["prediction"]["kind"] != "quantiles":
        raise NotChecked("the prediction is not made of quantiles")
    levels = subject.constants.get("QUANTILES")
    if levels is None:
        raise NotChecked("the program has no QUANTILES")
    if [*levels] != sorted(levels):
        raise Failed(f"QUANTILES {[*levels]} do not rise, but the quantiles of the model do: they are swapped")
    (perfect,) = subject.probes.perfect
    for position, level in enumerate(levels):
        step = torch.zeros_like(perfect)
        step[..., position] = 1
        low, high = (subject.value((perfect + sign * step,)) for sign in (-1, 1))
        if not abs(low / (low + high) - level) <= TOLERANCE:
            told = f"quantile {level}: 1 too low costs {low:.4f}, 1 too high {high:.4f}"
            raise Failed(f"{told}: the slopes are wrong, as of an error with the wrong sign")
    return ", ".join(map(str, levels))


def zero_value(subject: Subject) -> str:
    """Another loss than it says, or a wrong reduction: the value at all-zero outputs is known."""
    zeros = tuple(torch.zeros_like(output) for output in subject.outputs)
    seen, expected = subject.value(zeros), subject.known("zero")
    return compare(seen, expected, "all-zero outputs score", choices(seen, expected))


def choices(seen: float, expected: float) -> str:
    """What the numbers say of a softmax: at equal logits it scores the logarithm of how many it chooses from."""
    counts = [round(math.exp(value)) if 0 < value < MOST_CHOICES else 0 for value in (seen, expected)]
    told = all(
        count and abs(value - math.log(count)) < 1e-5 for count, value in zip(counts, (seen, expected), strict=True)
    )
    return f": a choice among {counts[0]}, where {counts[1]} are meant" if told and counts[0] != counts[1] else ""


def perfect_value(subject: Subject) -> str:
    """An activation too many: a perfect prediction then can't reach the known minimum."""
    return compare(subject.value(subject.probes.perfect), subject.known("perfect"), "a perfect prediction scores")


def compare(seen: float, expected: float, what: str, hint: str = "") -> str:
    """What was seen, if it is what was expected; the `hint` goes with the failure.

    Raises:
        Failed: it is not.
    """
    if not alike(seen, expected):
        raise Failed(f"{what} {seen:.4f}, {expected:.4f} was expected{hint}")
    return f"{seen:.4f}"


def alike(seen: float, expected: float) -> bool:
    """Whether both are the same number."""
    return abs(seen - expected) <= TOLERANCE * max(1.0, abs(expected))


def direction(subject: Subject) -> str:
    """A loss that pushes the wrong way: the gradient must point from a random prediction towards the perfect one."""
    slope = slope_along(subject, subject.probes.random, subject.probes.way)
    if not slope < 0:
        raise Failed(f"towards the perfect prediction the loss changes by {slope:+.4f}: a fall was expected")
    if subject.promised_outputs["prediction"]["kind"] == "box-xyxy":
        probes = subject.probes
        way = tuple(perfect - worst for perfect, worst in zip(probes.perfect, probes.worst, strict=True))
        if not slope_along(subject, probes.worst, way) < 0:
            raise Failed("boxes that are apart are not drawn together: the gradient of an overlap alone is 0 there")
    return f"slope {slope:.4f}"


def slope_along(subject: Subject, outputs: Tensors, way: Tensors) -> float:
    """How the loss changes from some outputs on."""
    start = tuple(output.clone().requires_grad_() for output in outputs)
    gradients = torch.autograd.grad(subject.loss(start), start, materialize_grads=True)
    return sum(float((gradient * step).sum()) for gradient, step in zip(gradients, way, strict=True))


def shift(subject: Subject) -> str:
    """A missing or second activation: softmax losses don't change when all logits of a sample rise together."""
    if not subject.proof.get("shift"):
        raise NotChecked("the loss is not a softmax loss")
    prediction, *others = subject.probes.random
    before, after = subject.value(subject.probes.random), subject.value((prediction + 3, *others))
    return compare(after, before, "with 3 added to all logits, a random prediction scores")


def moved_outputs(subject: Subject, outputs: Tensors) -> Tensors:
    """The outputs, handed to the next sample."""
    shapes = (promised["shape"] for promised in subject.promised_outputs.values())
    return tuple(roll(output, shape) for output, shape in zip(outputs, shapes, strict=True))


def moved_targets(subject: Subject) -> list[Tensor]:
    """The targets of the batch, handed to the next sample."""
    return [roll(tensor, subject.promised_given[name]["shape"]) for name, tensor in subject.named.items()]


def pairing(subject: Subject) -> str:
    """[B, 1] against [B], which broadcasts to [B, B]: predictions handed to other samples must change the loss."""
    random = subject.probes.random
    if not subject.given and len(random) == 1:
        raise NotChecked("a batch has no targets, and the model one output: nothing is paired")
    for probe in (random, tuple(output / 2 for output in random)):  # two values that are equal may be so by chance
        moved = moved_outputs(subject, probe)
        before, after = subject.value(probe), subject.value(moved if subject.given else (moved[0], *probe[1:]))
        if not abs(before - after) <= 1e-6 * max(1.0, abs(before)):
            return f"{before:.4f} becomes {after:.4f}"
    raise Failed(f"predictions of other samples score {after:.4f} as well: predictions and targets are not paired")


def sample_order(subject: Subject) -> str:
    """A loss that depends on the place in the batch: moving predictions and targets together must change nothing."""
    before = subject.value(subject.probes.random)
    after = subject.value(moved_outputs(subject, subject.probes.random), *moved_targets(subject))
    return compare(after, before, "with its samples in another order, a random prediction scores")


def bounds(subject: Subject) -> str:
    """A loss that runs away: it must stay in the range that its card gives, at the worst prediction too."""
    if "bounds" not in subject.proof:
        raise NotChecked("the loss has no bounds")
    low, high = (end if end is None else evaluate(end, subject.constants) for end in subject.proof["bounds"])
    probes = subject.probes
    values = [subject.value(probe) for probe in (probes.perfect, probes.random, probes.worst)]
    for value in values:
        if (low is not None and value < low - TOLERANCE) or (high is not None and value > high + TOLERANCE):
            raise Failed(f"a prediction scores {value:.4f}, outside [{low}, {high}]")
    return f"{min(values):.4f} to {max(values):.4f}"
