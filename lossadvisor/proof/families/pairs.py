"""Checks of losses on embeddings that belong together: two towers, a batch of negatives.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossadvisor.proof.loss_checks import TOLERANCE, compare
from lossadvisor.proof.subject import Failed, NotChecked, Subject, Tensors
from lossadvisor.proof.training_checks import loss_name, steps_of

EXACT = 1e-5
STEPS = 40  # of training, until rows must find each other: 20 were enough for 10 seeds


def embeddings(subject: Subject) -> list[int]:
    """The positions of the outputs that are embeddings, or directions."""
    kinds = (promised["kind"] for promised in subject.promised_outputs.values())
    return [position for position, kind in enumerate(kinds) if kind.endswith(("embeddings", "sin-cos"))]


def replaced(outputs: Tensors, new: dict[int, Tensor]) -> Tensors:
    return tuple(new.get(position, output) for position, output in enumerate(outputs))


def same(subject: Subject, outputs: Tensors, what: str) -> str:
    """Whether `outputs` score as the random prediction does.

    Raises:
        Failed: they don't.
    """
    before, after = subject.value(subject.probes.random), subject.value(outputs)
    if not abs(after - before) <= EXACT * max(1.0, abs(before)):
        raise Failed(f"{what} the loss is {after:.4f} instead of {before:.4f}")
    return f"{before:.4f}"


def both_towers(subject: Subject) -> str:
    """A side that gets no gradient: detached, or run under no_grad; the other one hides it by following."""
    outputs, positions = subject.run(subject.model), embeddings(subject)
    sides = tuple(outputs[position] for position in positions)
    names = [[*subject.promised_outputs][position] for position in positions]
    for name, side in zip(names, sides, strict=True):
        if not side.requires_grad:
            raise Failed(f"{name}: the embeddings have no graph (detach, no_grad): this side never learns")
    gradients = torch.autograd.grad(subject.loss(outputs), sides, materialize_grads=True)
    for name, gradient in zip(names, gradients, strict=True):
        if not gradient.any():
            raise Failed(f"{name}: the loss gives no gradient to this side (detach): it never learns")
    return f"gradients of {', '.join(f'{gradient.norm():.4f}' for gradient in gradients)}"


def row_scale(subject: Subject) -> str:
    """Embeddings that are not normalised, or over the wrong axis: the length of a row must not matter."""
    random, new = subject.probes.random, {}
    for position in embeddings(subject):
        rows = random[position]
        lengths = torch.linspace(1, 10, len(rows)).to(rows).roll(position, dims=0)
        new[position] = rows * lengths.view(-1, *[1] * (rows.dim() - 1))
    return same(subject, replaced(random, new), "with rows 1 to 10 times as long")


def one_side(subject: Subject) -> str:
    """Sides that are not paired row by row: one side handed to the next rows must change the loss."""
    random, seen = subject.probes.random, []
    before = subject.value(random)
    for position in embeddings(subject):
        seen.append(subject.value(replaced(random, {position: random[position].roll(1, dims=0)})))
        if abs(seen[-1] - before) <= 1e-6 * max(1.0, abs(before)):
            name = [*subject.promised_outputs][position]
            raise Failed(f"{name} of other rows score {before:.4f} as well: the sides are not paired")
    return f"{before:.4f} becomes {', '.join(f'{value:.4f}' for value in seen)}"


def every_row(subject: Subject) -> str:
    """A row that doesn't count: to get any single one wrong must cost something."""
    first, *others = subject.probes.perfect
    lowest = subject.value((first, *others))
    for row, wrong in enumerate(subject.probes.worst[0]):
        spoilt = first.clone()
        spoilt[row] = wrong
        if not subject.value((spoilt, *others)) > lowest:
            raise Failed(f"the worst embedding in row {row} costs nothing: such rows don't count")
    return f"{len(first)} rows"


def autocast(subject: Subject) -> str:
    """Similarities in half precision: under autocast the loss must still be computed in float32."""
    random = subject.probes.random
    before = subject.value(random)
    with torch.autocast(random[0].device.type, torch.bfloat16):
        after = subject.value(random)
    if not abs(after - before) <= EXACT * max(1.0, abs(before)):
        raise Failed(f"under autocast the loss is {after:.4f} instead of {before:.4f}: it runs in half precision")
    half = replaced(random, {position: random[position].bfloat16() for position in embeddings(subject)})
    if (dtype := subject.loss(half).dtype) != torch.float32:
        raise Failed(f"the loss of bfloat16 embeddings is {dtype}: they must be made float32 first")
    return f"{after:.4f}"


def equal_rows(subject: Subject) -> str:
    """A gradient that is NaN where embeddings are equal: an angle or a root has no slope there."""
    axis = {position: torch.zeros_like(subject.outputs[position]) for position in embeddings(subject)}
    for rows in axis.values():
        rows[:, 0] = 1
        rows.requires_grad_()
    loss = subject.loss(replaced(tuple(output.detach() for output in subject.outputs), axis))
    gradients = torch.autograd.grad(loss, tuple(axis.values()), materialize_grads=True)
    if not loss.isfinite() or not all(gradient.isfinite().all() for gradient in gradients):
        raise Failed(f"with all embeddings equal the loss is {loss.item():.4f}, or its gradient is not finite")
    return f"{loss.item():.4f}"


def collapse(subject: Subject) -> str:
    """A loss that lets embeddings become equal, or counts too few negatives: the value of equal ones is known."""
    random = subject.probes.random
    row = random[0].flatten(0, -2)[0]
    equal = {position: row.expand_as(random[position]) for position in embeddings(subject)}
    known = subject.known("collapsed" if "collapsed" in subject.proof else "zero")
    return compare(subject.value(replaced(random, equal)), known, "embeddings that are all equal score")


def temperature(subject: Subject) -> str:
    """A temperature that multiplies: the scale is found again from pairs at a cosine of 0.5, and orthogonal others."""
    first, second, *others = subject.probes.perfect
    rows, dimensions = first.shape
    if 2 * rows > dimensions:
        raise NotChecked(f"{rows} rows don't fit into {dimensions} dimensions twice")
    tilted = 0.5 * second + math.sqrt(0.75) * second.roll(rows, dims=1)
    value = subject.value((first, tilted, *others))
    expected = float(others[0].exp()) if others else float(subject.constants["SCALE"])
    known = math.log1p((rows - 1) * math.exp(-expected / 2))
    if not abs(value - known) <= max(TOLERANCE * known, 1e-6):
        seen = 2 * (math.log(rows - 1) - math.log(math.expm1(value))) if value > 1e-6 else math.inf
        raise Failed(f"cosines are multiplied by {seen:.4g}, {expected:.4g} was expected: multiply by 1 / temperature")
    return f"{expected:.4g}"


def symmetric(subject: Subject) -> str:
    """A loss or a model that looks from one side only: exchanging both sides must change nothing."""
    first, *others = subject.probes.random
    if not embeddings(subject):  # the model has compared them
        with torch.no_grad():
            ways = [subject.run(subject.model, *inputs)[0] for inputs in (subject.inputs, subject.inputs[::-1])]
        return compare((ways[0] - ways[1]).abs().max().item(), 0, "with both inputs exchanged, predictions move by")
    if first.dim() > 2:  # both views in one tensor
        return same(subject, tuple(output.flip(1) for output in (first, *others)), "with both views exchanged")
    return same(subject, (others[0], first, *others[1:]), "with both sides exchanged")


def order_of_scores(subject: Subject) -> str:
    """Scores that count by their size, or pairs of one score that are ranked: only the order of scores may count."""
    random = subject.probes.random
    tied = subject.value(random, torch.full_like(subject.targets, subject.targets[0].item()), *subject.given[1:])
    if abs(tied) > TOLERANCE:
        raise Failed(f"with all scores equal the loss is {tied:.4f}, not 0: pairs of one score are ranked")
    before = subject.value(random)
    after = subject.value(random, subject.targets.double().pow(3).to(subject.targets), *subject.given[1:])
    return compare(after, before, "with the cube of each score, whose order is the same, a random prediction scores")


def doubles(subject: Subject) -> str:
    """Rows of one id that count as negatives of each other: to lie apart must not be better than to lie together."""
    together = subject.probes.perfect
    if len(subject.named["ids"].unique()) == len(together[0]):
        raise NotChecked("no id stands twice in the batch")
    alone = {position: torch.eye(*together[position].shape).to(together[0]) for position in embeddings(subject)}
    value, apart = subject.value(together), subject.value(replaced(together, alone))
    if not value <= apart + TOLERANCE:
        raise Failed(f"rows of one id score {value:.4f} together and {apart:.4f} apart: they count as negatives")
    return f"{value:.4f} together, {apart:.4f} apart"


def found(subject: Subject, outputs: Tensors) -> Tensor:
    """Whether each row finds itself, or one of the same id."""
    decision: Tensor = subject.call("predict", *outputs)[0]
    rows = torch.arange(len(decision), device=decision.device)
    ids = subject.named.get("ids", rows)
    return (ids[decision % len(ids)] == ids) & (decision < len(ids))


def row_inference(subject: Subject) -> str:
    """A search that does not fit the loss: rows that are perfect must be found."""
    hits = found(subject, subject.probes.perfect)
    if not hits.all():
        raise Failed(f"predict() finds {int(hits.sum())} of {len(hits)} perfect rows: it looks for something else")
    return f"{len(hits)} rows found"


def retrieval(subject: Subject) -> str:
    """Embeddings that don't serve a search: after training on one batch its rows must find each other."""
    model = trained(subject, subject.build(), STEPS)
    with torch.no_grad():
        hits = found(subject, subject.run(model))
    if not hits.all():
        raise Failed(f"after {STEPS} steps on one batch only {int(hits.sum())} of {len(hits)} rows find each other")
    return f"{len(hits)} rows found after {STEPS} steps"


def trained(subject: Subject, model: nn.Module, steps: int, *, loss: Callable[..., Tensor] | None = None) -> nn.Module:
    """`model` after some steps of the program's own training on its batch, perhaps with another loss."""
    with steps_of(subject, steps):
        subject.call("train", model, lambda: subject.batch, loss or vars(subject.module)[loss_name(subject)])
    return model


CHECKS: dict[str, Callable[[Subject], str]] = {
    "both-towers": both_towers,
    "row-scale": row_scale,
    "one-side": one_side,
    "every-row": every_row,
    "autocast": autocast,
    "equal-rows": equal_rows,
    "collapse": collapse,
    "temperature": temperature,
    "symmetric": symmetric,
    "order-of-scores": order_of_scores,
    "doubles": doubles,
    "row-inference": row_inference,
    "retrieval": retrieval,
}
"""Each check by its name in a contract or a card."""
