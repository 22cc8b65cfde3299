"""Checks of several numbers per sample, a column each.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import torch
from torch import Tensor

from lossadvisor.proof.loss_checks import TOLERANCE
from lossadvisor.proof.subject import Failed, NotChecked, Subject

TENFOLD = 10.0


def named(subject: Subject, place: int) -> str:
    """What a column is called."""
    names = subject.constants.get("COLUMNS", ())
    return f"column {place + 1}" + (f" ({names[place]})" if place < len(names) else "")


def every_column(subject: Subject) -> str:
    """A column that gets no gradient, counts more than another, or shares one output of the model with it."""
    (prediction,) = subject.run(subject.model)
    for one, other in combinations(range(prediction.shape[1]), 2):
        if torch.equal(prediction[:, one], prediction[:, other]):
            same = f"{named(subject, one)} and {named(subject, other)} of the prediction are the same"
            raise Failed(f"{same}: the model has one output for both")
    (random,) = subject.probes.random
    start = random.clone().requires_grad_()
    (slope,) = torch.autograd.grad(subject.loss((start,)), start, materialize_grads=True)
    for place in range(prediction.shape[1]):
        if not slope[:, place].any():
            raise Failed(f"{named(subject, place)} of the prediction gets no gradient from the loss: it never learns")
        if not learns(subject, prediction[:, place]):
            raise Failed(f"{named(subject, place)} of the prediction gives the model no gradient: it is detached")
    alike(subject)
    return f"{prediction.shape[1]} columns"


def alike(subject: Subject) -> None:
    """Refuse columns of which one weighs more than another, by an error of 1 in each number of one of them.

    Raises:
        Failed: there are such.
    """
    (perfect,) = subject.probes.perfect
    costs: dict[str, float] = {}
    for place, count in enumerate(subject.valid(subject.targets).sum(dim=0).tolist()):
        wrong = perfect.clone()
        wrong[:, place] += 1
        if count:
            costs[named(subject, place)] = subject.value((wrong,)) / count
    one, usual = next(iter(costs.items()), ("", 0.0))
    for other, cost in costs.items():
        if not abs(cost - usual) <= TOLERANCE * usual:
            told = f"an error of 1 costs {usual:.3g} in {one}, and {cost:.3g} in {other}"
            raise Failed(f"{told}: the columns don't count alike")


def learns(subject: Subject, column: Tensor) -> bool:
    """Whether a column of the prediction depends on the parameters of the model."""
    if not column.requires_grad:
        return False
    total = (column.float() ** 2).sum()
    slopes = torch.autograd.grad(total, [*subject.model.parameters()], retain_graph=True, materialize_grads=True)
    return any(bool(slope.any()) for slope in slopes)


def deviation(numbers: Tensor) -> float:
    """Their standard deviation; 0 where there are none."""
    return float(numbers.std(correction=0)) if len(numbers) else 0.0


def column_scale(subject: Subject) -> str:
    """Columns of very different spread in one mean: the largest decides the loss."""
    counts = subject.valid(subject.targets)
    columns = zip(subject.targets.unbind(dim=1), counts.unbind(dim=1), strict=True)
    spreads = [deviation(column[known]) for column, known in columns]
    varying = [place for place, spread in enumerate(spreads) if spread]
    if len(varying) < 2:
        raise NotChecked("fewer than two columns vary in the batch")
    least, most = min(varying, key=spreads.__getitem__), max(varying, key=spreads.__getitem__)
    told = f"{spreads[least]:.3g} ({named(subject, least)}) to {spreads[most]:.3g} ({named(subject, most)})"
    if spreads[most] > TENFOLD * spreads[least]:
        why = "are the targets standardised a column at a time?"
        raise Failed(f"the spreads of the targets go from {told}: the largest decides the loss; {why}")
    return told


CHECKS: dict[str, Callable[[Subject], str]] = {
    "every-column": every_column,
    "column-scale": column_scale,
}
"""The checks of this family by name."""
