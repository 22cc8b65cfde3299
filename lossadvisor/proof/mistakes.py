"""Mistakes that people make with a loss, each as a change of what the right loss is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

Tensors = tuple[Tensor, ...]
Loss = Callable[[Tensors, Tensors], float]
"""Outputs, targets -> value."""

Mistaken = Callable[[Loss, Tensors, Tensors], float]
"""The right loss, outputs, targets -> the value of the wrong one."""


class Guess(NamedTuple):
    """A mistake, how to repair it, the names in the code that give it away, and the loss that makes it."""

    cause: str
    fix: str
    names: tuple[str, ...]
    loss: Mistaken


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

UNNORMALISED: dict[str, tuple[Change, str]] = {
    "the logits are no log-probabilities: log_softmax is missing": (lambda x: x, "take cross-entropy of the logits"),
    "probabilities stand where log-probabilities are meant": (
        lambda x: x.softmax(1),
        "take cross-entropy of the logits",
    ),
    "the softmax is over the batch, not over the classes": (lambda x: x.log_softmax(0), "take it over axis 1"),
}
"""What a likelihood is computed from instead of the log-probabilities of the classes."""

MOVES: dict[str, Change] = {
    "counts nothing: it is multiplied by 0": torch.zeros_like,
    "has its columns in another order": lambda x: x.flip(-1) if x.shape[-1] <= FEW else x[:, :0],
    "has the wrong sign": torch.neg,
    "is halved": lambda x: x / 2,
    "is doubled": lambda x: x * 2,
    "is shifted by one place": lambda x: x.roll(1, 1),
    "is shifted back by one place": lambda x: x.roll(-1, 1),
    "is that of another sample": lambda x: x.roll(1, 0),
    "is reshaped where it must be transposed": lambda x: x.reshape(x.shape[0], x.shape[2], x.shape[1]).mT,
}

FEW = 4
"""An output with more columns has a class or a dimension in each, not a meaning."""

COLUMNS: dict[str, Change] = {
    "has the wrong sign": torch.neg,
    "is halved": lambda x: x / 2,
    "is doubled": lambda x: x * 2,
    "is ignored": torch.zeros_like,
    "goes through exp, and is wanted as a logarithm": torch.exp,
    "goes through softplus": F.softplus,
    "goes through a sigmoid": torch.sigmoid,
}

TARGETS: dict[str, tuple[Change, str]] = {
    "yes and no are swapped: 1 - targets": (lambda y: 1 - y, "hand over the targets as they are"),
    "labels are off by one": (lambda y: (y + 1) % (y.max() + 1), "count classes from 0"),
    "labels are one too small": (lambda y: (y - 1).clamp(min=0), "count classes from 0"),
    "labels are one too large": (lambda y: (y + 1).clamp(max=int(y.max())), "count classes from 0"),
    "labels are -1 and +1 where 0 and 1 are wanted": (lambda y: 2 * y - 1, "hand over (labels + 1) / 2"),
    "the targets have the wrong sign": (torch.neg, "hand over the targets as they are"),
    "the logarithm of the targets is taken": (torch.log, "hand over the targets as they are"),
    "the targets are those of another sample": (lambda y: y.roll(1, 0), "keep predictions and targets in one order"),
    "the two columns of the targets are exchanged": (lambda y: y.flip(-1) if y.shape[-1] == 2 else y, "x comes first"),
    "the targets are shifted by one place": (lambda y: y.roll(-1, -1), "shift once, in the loss"),
    "the targets are shifted back by one place": (lambda y: y.roll(1, -1), "shift once, in the loss"),
    "the targets are all zero": (torch.zeros_like, "hand over the targets as they are"),
    "one column of the targets stands for all": (
        lambda y: y[:, :1].expand(-1, y.shape[1]),
        "hand over targets of as many columns as the prediction",
    ),
    "the targets of one sample stand for all": (
        lambda y: y[:1].expand(len(y), y.shape[1]),
        "hand over targets of as many samples as the prediction",
    ),
    "missing targets count": (lambda y: y.clamp(min=0), "leave out what is missing"),
    "missing targets are taken for zeros": (torch.nan_to_num, "leave out what is missing"),
    "the logarithm of the targets is missing": (torch.exp, "take their logarithm in the loss"),
}


def guesses(outputs: Tensors, targets: Tensors) -> Iterator[Guess]:
    """All guesses for these outputs and targets, the likeliest first."""
    names = ["the prediction", *(f"output {position} of the model" for position in range(2, len(outputs) + 1))]
    for position, which in enumerate(names):
        yield from activations(outputs[position], position, which)
    for position in range(len(targets)):
        for cause, (change, fix) in TARGETS.items():
            yield Guess(cause, fix, (), on_targets(position, change))
    if len(outputs) == len(targets) == 1:
        cause = "the error has the wrong sign: prediction minus target stands where the other way round is meant"
        yield Guess(cause, "exchange prediction and target in the error", (), turned)
    for position, which in enumerate(names):
        for what, change in MOVES.items():
            yield Guess(f"{which} {what}", f"hand over {which} as it is", (), on_outputs(position, change))
    for cause, (fix, mistaken) in EXCHANGES.items():
        yield Guess(cause, fix, (), mistaken)
    for cause, (change, fix) in UNNORMALISED.items():
        yield Guess(cause, fix, (), not_normalised(change))
    for position, which in enumerate(names):
        yield from columns(outputs[position], position, which)


def activations(output: Tensor, position: int, which: str) -> Iterator[Guess]:
    """Guesses that an output goes through an activation first."""
    for name, change in ACTIVATIONS.items():
        if "softmax" in name and not output.dim():
            continue  # of a single number it is a constant
        word = name.partition(" ")[0]
        called = (word, {"relu": "ReLU", "log_softmax": "LogSoftmax"}.get(word, word.title()))
        cause = f"{name} is applied to {which}, which the loss wants as it is"
        yield Guess(cause, f"hand over {which} without {name}", called, on_outputs(position, change))


def columns(output: Tensor, position: int, which: str) -> Iterator[Guess]:
    """Guesses for one of the few numbers that an output has for each target, such as a mean and a variance."""
    count = output.shape[-1] if output.dim() > 1 else 0
    for column in range(count) if 1 < count <= FEW else ():
        for what, change in COLUMNS.items():
            cause = f"column {column + 1} of {which} {what}"
            yield Guess(
                cause, f"take column {column + 1} as it is", (), on_outputs(position, on_column(column, change))
            )


def on_column(column: int, change: Change) -> Change:
    """A change of one column."""
    return lambda x: torch.cat([x[..., :column], change(x[..., column, None]), x[..., column + 1 :]], dim=-1)


def turned(right: Loss, outputs: Tensors, targets: Tensors) -> float:
    """The right loss of an error whose sign is turned."""
    return right((-outputs[0],), (-targets[0],))


def on_outputs(position: int, change: Change) -> Mistaken:
    """The right loss, one of the outputs changed."""
    return lambda right, outputs, targets: right(changed(outputs, position, change), targets)


def on_targets(position: int, change: Change) -> Mistaken:
    """The right loss, one of the targets changed."""
    return lambda right, outputs, targets: right(outputs, changed(targets, position, change))


def mirrored(right: Loss, outputs: Tensors, targets: Tensors) -> float:
    """The right loss of the opposite question: what it says of yes it then says of no."""
    return right((-outputs[0], *outputs[1:]), (1 - targets[0], *targets[1:]))


def other_way_round(right: Loss, outputs: Tensors, targets: Tensors) -> float:
    """The right loss, prediction and target exchanged."""
    return right((targets[0], *outputs[1:]), (outputs[0], *targets[1:]))


def not_normalised(change: Change) -> Mistaken:
    """The right cross-entropy of class indices, less what it normalises by, of a changed prediction."""

    def loss(right: Loss, outputs: Tensors, targets: Tensors) -> float:
        taken = change(outputs[0])
        return right((taken, *outputs[1:]), targets) - taken.logsumexp(1).mean().item()

    return loss


def exchanged(right: Loss, outputs: Tensors, targets: Tensors) -> float:
    """The right loss, its first two outputs exchanged."""
    return right((outputs[1], outputs[0], *outputs[2:]), targets)


def exchanged_targets(right: Loss, outputs: Tensors, targets: Tensors) -> float:
    """The right loss, its first two targets exchanged."""
    return right(outputs, (targets[1], targets[0], *targets[2:]))


def on_both(change: Change) -> Mistaken:
    """The right loss, prediction and target changed alike."""
    return lambda right, outputs, targets: right(changed(outputs, 0, change), changed(targets, 0, change))


def whole_rows(right: Loss, outputs: Tensors, targets: Tensors) -> float:
    """The right loss of the rows of which no number is missing."""
    partial = targets[0].isnan().any(dim=1, keepdim=True)
    return right(outputs, (targets[0].masked_fill(partial, torch.nan), *targets[1:]))


def distances(_: Loss, outputs: Tensors, targets: Tensors) -> float:
    """The mean distance between rows."""
    return float((outputs[0] - targets[0]).norm(dim=1).mean())


def changed(tensors: Tensors, position: int, change: Change) -> Tensors:
    """The tensors, one of them changed.

    Raises:
        ValueError: the change makes no number of some.
    """
    before = tensors[position]
    after = change(before)
    if after.isnan().sum() > before.isnan().sum():
        raise ValueError("no number")
    return (*tensors[:position], after, *tensors[position + 1 :])


EXCHANGES: dict[str, tuple[str, Mistaken]] = {
    "prediction and targets are exchanged": ("hand over the prediction first", other_way_round),
    "the weights of yes and no are exchanged": ("weigh the positives", mirrored),
    "two outputs of the model are exchanged": ("keep the order of the model", exchanged),
    "two targets are exchanged": ("keep the order of the batch", exchanged_targets),
    "the columns are averaged before they are compared": (
        "compare each with its own",
        on_both(lambda x: x.mean(dim=1, keepdim=True)),
    ),
    "the first column alone is compared": ("compare them all", on_both(lambda x: x[:, :1])),
    "samples are left out of which one number is missing": ("leave out that number alone", whole_rows),
    "the distance between rows is taken, a root over all columns": ("take the error of each column", distances),
}
