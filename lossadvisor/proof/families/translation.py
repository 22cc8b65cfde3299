"""Special checks of networks that translate images against a discriminator, with pairs or without.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from lossadvisor.proof.families.images import ZERO, gradient
from lossadvisor.proof.subject import Failed, Subject
from lossadvisor.proof.training_checks import steps_of

TURNS, LEAST = 80, 0.7  # worst of 10 seeds 0.34; images of one colour stay above 0.9


def discriminator_labels(subject: Subject) -> str:
    """A discriminator that is taught the contrary (real is made), or one that ends in a sigmoid."""
    model = subject.build()
    with torch.no_grad():
        for name in subject.steps["discriminator_step"]:
            for parameter in model.get_submodule(name).parameters():
                parameter.mul_(10)  # now only a sigmoid can keep scores in 0..1
        scores = subject.run(model)[-1]
    if ((scores >= 0) & (scores <= 1)).all():
        raise Failed("the scores of the discriminator never leave 0..1: a sigmoid at its end? The loss has its own")
    high, low = torch.ones_like(scores), torch.zeros_like(scores)
    right, wrong = (float(subject.call("discriminator_criterion", *pair)) for pair in ((high, low), (low, high)))
    if not right < wrong:
        raise Failed(
            f"with true images scored 1 and made ones 0 the discriminator's loss is {right:.4f}, the other way round "
            f"{wrong:.4f}: lower was expected for the first; are the labels swapped?"
        )
    return f"{right:.4f} < {wrong:.4f}"


def learns_in_turns(subject: Subject) -> str:
    """Networks that learn nothing in their turns: on one batch each term but the adversarial one must fall."""
    with steps_of(subject, TURNS):
        log = subject.call("train", subject.build(), lambda: subject.batch)
    kept = {name: log[-1][name] / log[0][name] for name in subject.promised_terms if name != "adversarial"}
    told = ", ".join(f"{name} {fraction:.2f}" for name, fraction in kept.items())
    if not max(kept.values()) <= LEAST:
        raise Failed(
            f"after {TURNS} steps there is left of the terms: {told}; at most {LEAST} was expected: "
            "do the steps go downhill?"
        )
    return f"after {TURNS} steps there is left: {told}"


class Always(nn.Module):
    """A generator that gives the same images whatever it is given; its parameter gets a gradient of zero."""

    def __init__(self, images: Tensor) -> None:
        super().__init__()
        self.images = images
        self.zero = nn.Parameter(torch.zeros((), device=images.device))

    def forward(self, given: Tensor) -> Tensor:
        return self.images + 0 * self.zero * given.mean()


def condition(subject: Subject) -> str:
    """A discriminator that does not see the input: the scores of one image must change with the input beside it."""
    model: Any = subject.build()
    model.generator = Always(subject.targets)
    before, after = (subject.run(model, given)[1] for given in (subject.inputs[0], subject.inputs[0].roll(1, dims=0)))
    if before.equal(after):
        raise Failed("the discriminator's scores of an image don't depend on the input: concatenate both")
    return f"scores change by {(before - after).abs().mean():.4f}"


def with_generators(subject: Subject, into_a: nn.Module, into_b: nn.Module) -> tuple[nn.Module, dict[str, float]]:
    """The model with other generators, and the terms that it then gets."""
    model: Any = subject.build()
    model.generators = nn.ModuleList([into_a, into_b])
    return model, subject.terms(subject.run(model))


class Negative(nn.Module):
    """The negative of an image; twice is the image itself."""

    def forward(self, images: Tensor) -> Tensor:
        return -images


def cycle(subject: Subject) -> str:
    """A way back that starts from the wrong image or is cut: maps that undo each other give 0, and both must learn."""
    _, terms = with_generators(subject, Negative(), Negative())
    if terms["cycle"] > ZERO:
        raise Failed(f"generators that undo each other cost {terms['cycle']:.4f}: the way back must start from theirs")
    model: Any = subject.build()
    cycled = subject.run(model)[0]
    for back, first in zip(cycled, reversed(model.generators), strict=True):
        learned = back.requires_grad and all(gradient(back.sum(), part).any() for part in first.parameters())
        if not learned:
            raise Failed("a generator gets no gradient from the way back: the image between is detached")
    return f"{terms['cycle']:.4f} for generators that undo each other"


def identity(subject: Subject) -> str:
    """An identity term that is fed the wrong domain: generators that know only their own images must get 0."""
    a, b = subject.inputs[0]
    _, alone = with_generators(subject, nn.Identity(), nn.Identity())
    _, always = with_generators(subject, Always(a), Always(b))
    _, changed = with_generators(subject, Negative(), Negative())
    for name, terms in (("leave everything alone", alone), ("always give an image of their domain", always)):
        if terms["identity"] > ZERO:
            raise Failed(
                f"generators that {name} cost {terms['identity']:.4f}, 0 was expected: feed the one into B with B, "
                "the one into A with A"
            )
    if not changed["identity"] > ZERO:
        raise Failed("generators that invert images of their own domain cost nothing: the term doesn't count")
    return f"0 for generators that leave alone what is right, {changed['identity']:.4f} for others"


def domains(subject: Subject) -> str:
    """A discriminator that sees images of the other domain: each must judge its own, true and made, in both steps."""
    a, b = subject.inputs[0]
    model, _ = with_generators(subject, Always(a), Always(b))
    optimizers = subject.call("build_optimizers", model)
    for step in subject.steps:
        for name, own in (("discriminators.0", a), ("discriminators.1", b)):
            with watched(model.get_submodule(name)) as seen:
                subject.call(step, model, optimizers, *subject.batch)
            if not seen or not all(any(image.allclose(known) for known in own) for given in seen for image in given):
                raise Failed(f"{step}() shows {name} images of the other domain")
    return "each discriminator sees its own domain"


@contextlib.contextmanager
def watched(module: nn.Module) -> Iterator[list[Tensor]]:
    """What the module is given meanwhile."""
    seen: list[Tensor] = []
    handle = module.register_forward_pre_hook(lambda _, given: seen.append(given[0].detach()))
    yield seen
    handle.remove()


CHECKS: dict[str, Callable[[Subject], str]] = {
    "discriminator-labels": discriminator_labels,
    "learns-in-turns": learns_in_turns,
    "condition": condition,
    "cycle": cycle,
    "identity": identity,
    "domains": domains,
}
"""Each special check by its name in a contract or card."""
