"""Checks of what a program does when it trains.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from lossadvisor.proof.subject import Failed, NotChecked, Subject


@contextlib.contextmanager
def steps_of(subject: Subject, count: int) -> Iterator[None]:
    """Training takes `count` steps, where the program says how many it takes."""
    names = vars(subject.module)
    before = names.get("STEPS")
    if before is not None:
        names["STEPS"] = count
    try:
        yield
    finally:
        if before is not None:
            names["STEPS"] = before


def runs(subject: Subject) -> str:
    """A program that crashes: its training and inference half run for a few steps."""
    main = getattr(subject.module, "__main_block__", None)
    if main is None:
        raise NotChecked("the program has no `if __name__ == '__main__'` block")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), steps_of(subject, 2):
        exec(main, vars(subject.module))
    return printed.getvalue().strip().splitlines()[-1] if printed.getvalue().strip() else "printed nothing"


FALLEN = 0.9
"""A loss must fall below this share of its way, where nobody knows how far it can."""


class Learned(Exception):
    """The threshold is reached: no need to train on."""


def overfits(subject: Subject) -> str:
    """A program that does not learn: its own training loop must learn one batch by heart."""
    goal, seen = threshold(subject), list[float]()
    name = loss_name(subject)

    def watched(*arguments: Tensor) -> Any:
        loss = subject.call(name, *arguments)
        seen.append(math.fsum(term.item() for term in (loss.values() if isinstance(loss, dict) else (loss,))))
        if seen[-1] <= goal(seen[0]):
            raise Learned
        return loss

    model = subject.build()
    before = [parameter.detach().clone() for parameter in model.parameters()]
    with contextlib.suppress(Learned):
        subject.call("train", model, lambda: subject.batch, watched)
    wanted = goal(seen[0]) if seen else float("nan")
    if not seen or not min(seen) <= wanted:
        lowest = min(seen, default=float("nan"))
        told = f"after {len(seen)} steps on one batch the loss is {lowest:.4f}"
        if subject.usual_classes and lowest < wanted + FALLEN * (seen[0] - wanted):
            measured = f"{wanted:.4f} is measured with {subject.usual_classes} classes"
            raise NotChecked(f"{told} (first {seen[0]:.4f}), and {measured}")
        moved = any(not old.equal(new) for old, new in zip(before, model.parameters(), strict=True))
        why = "" if moved else ": the parameters of the model have not moved"
        if seen and seen[-1] > seen[0]:
            why = f": it has risen from {seen[0]:.4f} to {seen[-1]:.4f}, as if the steps went uphill"
        raise Failed(f"{told}, at most {wanted:.4f} was expected{why}")
    return f"{seen[0]:.4f} -> {seen[-1]:.4f} in {len(seen)} steps"


def fresh_gradients(subject: Subject) -> str:
    """A training loop that never resets gradients: each step is to use its own, not the sum of all before."""
    used, stale = list[torch.optim.Optimizer](), list[torch.optim.Optimizer]()

    def look(optimizer: torch.optim.Optimizer, *_: Any) -> None:
        stale.extend([optimizer] * (optimizer in used and not finite(optimizer)))

    def spoil(optimizer: torch.optim.Optimizer, *_: Any) -> None:
        used.append(optimizer)
        for gradient in gradients_of(optimizer):
            gradient.fill_(math.nan)  # if nobody resets it, the next step finds it

    hooks = register_optimizer_step_pre_hook(look), register_optimizer_step_post_hook(spoil)
    try:
        take(subject, "train", subject.build())
    finally:
        for hook in hooks:
            hook.remove()
    if len(used) < 2:
        raise NotChecked("train() takes no two steps with an optimizer of torch.optim")
    if stale:
        raise Failed("train() does not reset the gradients between two steps: those of all steps add up")
    return f"{len(used)} steps"


def gradients_of(optimizer: torch.optim.Optimizer) -> Iterator[Tensor]:
    parameters = (parameter for group in optimizer.param_groups for parameter in group["params"])
    yield from (parameter.grad for parameter in parameters if parameter.grad is not None)


def finite(optimizer: torch.optim.Optimizer) -> bool:
    return all(bool(gradient.isfinite().all()) for gradient in gradients_of(optimizer))


def threshold(subject: Subject) -> Callable[[float], float]:
    """How far the loss must fall, from its first value.

    Raises:
        NotChecked: the card does not say.
        Failed: there is nothing to reach.
    """
    if "overfit" in subject.proof:
        least: float = subject.value(subject.probes.perfect) + subject.proof["overfit"]
        if not math.isfinite(least):
            raise Failed(f"a perfect prediction scores {least}: training has nowhere to go")
        return lambda first: least
    if "learns" in subject.proof:
        fraction: float = subject.proof["learns"]
        return lambda first: fraction * first
    raise NotChecked("no threshold is known for this loss")


def loss_name(subject: Subject) -> str:
    """The function that the program trains with: the terms where it has several."""
    return "loss_terms" if hasattr(subject.module, "loss_terms") else "loss_fn"


def steps(subject: Subject) -> str:
    """A step that moves what it must leave alone (the other network, a frozen one), or leaves what it must move."""
    for name, moving in subject.steps.items():
        model = subject.build()
        before = {key: parameter.detach().clone() for key, parameter in model.named_parameters()}
        take(subject, name, model)
        moved = {part(key) for key, parameter in model.named_parameters() if not parameter.equal(before[key])}
        if still := set(moving) - moved:
            raise Failed(f"{name}() leaves {', '.join(sorted(still))} as it was: it must move in this step")
        if more := moved - set(moving):
            raise Failed(f"{name}() moves {', '.join(sorted(more))}, which it must leave alone")
        gradients = {key: parameter.grad for key, parameter in model.named_parameters() if parameter.grad is not None}
        touched = {part(key) for key, gradient in gradients.items() if gradient.any()}
        if more := touched - set(moving):
            raise Failed(f"{name}() leaves gradients in {', '.join(sorted(more))}: they add up in its own step")
    return "; ".join(f"{name}: {', '.join(moving)}" for name, moving in subject.steps.items())


def take(subject: Subject, name: str, model: nn.Module) -> None:
    """Take one step of the program, or two steps of its training."""
    if name == "train":
        loss = getattr(subject.module, loss_name(subject))
        with steps_of(subject, 2):
            count = len(inspect.signature(subject.module.train).parameters)
            subject.call("train", *(model, lambda: subject.batch, loss)[:count])
    else:
        subject.call(name, model, subject.call("build_optimizers", model), *subject.batch)


def part(parameter: str) -> str:
    """The child of the model that a parameter belongs to."""
    return parameter.partition(".")[0]
