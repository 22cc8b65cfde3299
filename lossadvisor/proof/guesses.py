"""What a wrong loss may be doing: guesses that are put to the test against the loss that was generated.

A guess predicts the value of the program's loss from the right one. Where it is right for several predictions it is the
cause, however the program is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

Tensors = tuple[Tensor, ...]
Loss = Callable[[Tensors, Tensors], float]
"""Outputs, targets -> value."""

Mistaken = Callable[[Loss, Tensors, Tensors], float]
"""The right loss, outputs, targets -> the value of the wrong one."""

TOLERANCE = 1e-4


class Guess(NamedTuple):
    """A mistake, how to repair it, the names in the code that give it away, and the loss that makes it."""

    cause: str
    fix: str
    names: tuple[str, ...]
    loss: Mistaken


class Found(NamedTuple):
    """The mistake that explains what was seen."""

    cause: str
    fix: str
    names: tuple[str, ...] = ()


Change = Callable[[Tensor], Tensor]

ACTIVATIONS: dict[str, Change] = {
    "softmax": lambda x: x.softmax(-1),
    "softmax over the second axis": lambda x: x.softmax(1),
    "softmax over the batch": lambda x: x.softmax(0),
    "log_softmax over the batch": lambda x: x.log_softmax(0),
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "exp": torch.exp,
    "log": lambda x: x.clamp(min=1e-12).log(),
    "softplus": F.softplus,
    "abs": torch.abs,
    "normalize over the batch": lambda x: F.normalize(x, dim=0),
    "normalize": lambda x: F.normalize(x, dim=-1),
}

MOVES: dict[str, Change] = {
    "has the wrong sign": torch.neg,
    "is halved": lambda x: x / 2,
    "is doubled": lambda x: x * 2,
    "is shifted by one place": lambda x: x.roll(1, 1),
    "is shifted back by one place": lambda x: x.roll(-1, 1),
    "is that of another sample": lambda x: x.roll(1, 0),
    "is reshaped where it must be transposed": lambda x: x.reshape(x.shape[0], x.shape[2], x.shape[1]).mT,
}

TARGETS: dict[str, tuple[Change, str]] = {
    "yes and no are swapped: 1 - targets": (lambda y: 1 - y, "hand over the targets as they are"),
    "labels are off by one": (lambda y: (y + 1) % (y.max() + 1), "count classes from 0"),
    "labels are one too small": (lambda y: (y - 1).clamp(min=0), "count classes from 0"),
    "labels are -1 and +1 where 0 and 1 are wanted": (lambda y: 2 * y - 1, "hand over (labels + 1) / 2"),
    "the targets have the wrong sign": (torch.neg, "hand over the targets as they are"),
    "the logarithm of the targets is taken": (torch.log, "hand over the targets as they are"),
    "the targets are those of another sample": (lambda y: y.roll(1, 0), "keep predictions and targets in one order"),
    "the two columns of the targets are exchanged": (lambda y: y.flip(-1) if y.shape[-1] == 2 else y, "x comes first"),
    "the targets are shifted by one place": (lambda y: y.roll(-1, -1), "shift once, in the loss"),
    "the targets are shifted back by one place": (lambda y: y.roll(1, -1), "shift once, in the loss"),
    "the targets are all zero": (torch.zeros_like, "hand over the targets as they are"),
    "missing targets count": (lambda y: y.clamp(min=0), "leave out what is missing"),
}


def guesses(outputs: Tensors, targets: Tensors) -> Iterator[Guess]:
    """All guesses for these outputs and targets, the likeliest first."""
    names = ["the prediction", *(f"output {position} of the model" for position in range(2, len(outputs) + 1))]
    for position, which in enumerate(names):
        for name, change in ACTIVATIONS.items():
            word = name.partition(" ")[0]
            called = (word, {"relu": "ReLU", "log_softmax": "LogSoftmax"}.get(word, word.title()))
            cause = f"{name} is applied to {which}, which the loss wants as it is"
            yield Guess(cause, f"hand over {which} without {name}", called, on_outputs(position, change))
    for position in range(len(targets)):
        for cause, (change, fix) in TARGETS.items():
            yield Guess(cause, fix, (), on_targets(position, change))
    for position, which in enumerate(names):
        for what, change in MOVES.items():
            yield Guess(f"{which} {what}", f"hand over {which} as it is", (), on_outputs(position, change))
    if len(outputs) > 1:
        yield Guess("two outputs of the model are exchanged", "keep the order of the model", (), exchanged)
    if len(targets) > 1:
        yield Guess("two targets are exchanged", "keep the order of the batch", (), exchanged_targets)


def on_outputs(position: int, change: Change) -> Mistaken:
    """The right loss, one of the outputs changed."""
    return lambda right, outputs, targets: right(changed(outputs, position, change), targets)


def on_targets(position: int, change: Change) -> Mistaken:
    """The right loss, one of the targets changed."""
    return lambda right, outputs, targets: right(outputs, changed(targets, position, change))


def exchanged(right: Loss, outputs: Tensors, targets: Tensors) -> float:
    """The right loss, its first two outputs exchanged."""
    return right((outputs[1], outputs[0], *outputs[2:]), targets)


def exchanged_targets(right: Loss, outputs: Tensors, targets: Tensors) -> float:
    """The right loss, its first two targets exchanged."""
    return right(outputs, (targets[1], targets[0], *targets[2:]))


def changed(tensors: Tensors, position: int, change: Callable[[Tensor], Tensor]) -> Tensors:
    """The tensors, one of them changed."""
    return (*tensors[:position], change(tensors[position]), *tensors[position + 1 :])


def explain(
    seen: Loss, right: Loss, samples: Sequence[tuple[Tensors, Tensors]], sizes: Mapping[str, int]
) -> Found | None:
    """The mistake that explains the values of `seen` for all samples of (outputs, targets), if one does.

    Args:
        sizes: of the batch, by the symbols of the contract.
    """
    values = [seen(*sample) for sample in samples]
    expected = [right(*sample) for sample in samples]
    if alike(values, expected) or not all(map(math.isfinite, expected)):
        return None
    if (found := scaled(values, expected, sizes)) is not None:
        return found
    for guess in guesses(*samples[0]):
        try:
            guessed = [guess.loss(right, *sample) for sample in samples]
        except Exception:  # noqa: BLE001, S112 - a change that makes no sense for this loss
            continue
        if alike(values, guessed):
            return Found(guess.cause, guess.fix, guess.names)
    return None


def scaled(values: Sequence[float], expected: Sequence[float], sizes: Mapping[str, int]) -> Found | None:
    """A factor or a summand that is the same for all samples."""
    differences = [value - right for value, right in zip(values, expected, strict=True)]
    if alike(differences, [differences[0]] * len(differences)):
        return Found(f"a constant of {differences[0]:.4g} is added to the loss", "leave it out")
    if any(abs(right) < TOLERANCE for right in expected):
        return None
    ratios = [value / right for value, right in zip(values, expected, strict=True)]
    if not alike(ratios, [ratios[0]] * len(ratios)):
        return None
    factor = ratios[0]
    if alike([factor], [-1.0]):
        return Found("the loss has the wrong sign: what is right is punished", "minimise the loss, not its negative")
    named = {name: size for name, size in sizes.items() if size > 1}
    for name, size in named.items():
        if alike([factor], [float(size)]):
            return Found(f"a sum over {name} ({size}) stands where a mean is meant", "take the mean")
        if alike([factor], [1 / size]):
            return Found(f"the loss is divided by {name} ({size}) too", f"do not average over {name}")
    whole = math.prod(named.values())
    if factor > 1 and whole % max(round(factor), 1) == 0 and alike([factor], [float(round(factor))]):
        return Found(f"a sum over {factor:.0f} numbers stands where a mean is meant", "take the mean")
    return Found(f"the loss is {factor:.4g} times what it should be: it is divided by another number", "")


def alike(left: Sequence[float], right: Sequence[float]) -> bool:
    """Whether all numbers agree."""
    return all(abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b)) for a, b in zip(left, right, strict=True))
