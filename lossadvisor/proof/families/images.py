"""Special checks of image-to-image, style transfer and restoration.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from lossadvisor.proof.contract import Range
from lossadvisor.proof.layout import noise
from lossadvisor.proof.subject import Failed, Subject

TURNS, LEAST = 120, 0.65  # worst of 10 seeds 0.32; images that are grey all over stay above 0.8
ZERO = 1e-4  # what rounding may leave of a term that must be 0, in parts of what it is elsewhere


def image_range(subject: Subject) -> str:
    """Images of another range that are taken without a word: their terms then have other weights."""
    low = Range(subject.promised_targets["target"]["range"], subject.sizes).low
    unit = (subject.targets - low) / (1 - low)
    wrong = {"bytes": 255 * unit}
    if low == 0:
        wrong["-1..1"] = 2 * unit - 1
    for name, images in wrong.items():
        seen = None
        with contextlib.suppress(Exception):
            seen = subject.value(subject.probes.random, images, *subject.given[1:])
        if seen is not None:
            raise Failed(f"true images as {name} are taken without a word, and score {seen:.4f}: assert their range")
    return f"refused: {', '.join(wrong)}"


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
            f"{wrong:.4f}: lower was expected for the first"
        )
    return f"{right:.4f} < {wrong:.4f}"


def learns_in_turns(subject: Subject) -> str:
    """Networks that learn nothing in their turns: on one batch each term but the adversarial one must fall to half."""
    steps, vars(subject.module)["STEPS"] = subject.constants["STEPS"], TURNS
    log = subject.call("train", subject.build(), lambda: subject.batch)
    vars(subject.module)["STEPS"] = steps
    kept = {name: log[-1][name] / log[0][name] for name in subject.promised_terms if name != "adversarial"}
    told = ", ".join(f"{name} {fraction:.2f}" for name, fraction in kept.items())
    if not max(kept.values()) <= LEAST:
        raise Failed(f"after {TURNS} steps there is left of the terms: {told}; at most {LEAST} was expected")
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


def term_gradients(subject: Subject) -> str:
    """A term that is a number only: each must give the model's outputs a gradient."""
    start = tuple(output.clone().requires_grad_() for output in subject.probes.random)
    terms = subject.call("loss_terms", *start, *subject.given)
    for name, term in terms.items():
        if not (term.requires_grad and any(gradient(term, output).any() for output in start)):
            raise Failed(f"the term {name} gives no gradient: no_grad or detach on its way")
    return ", ".join(terms)


def gradient(value: Tensor, of: Tensor) -> Tensor:
    (found,) = torch.autograd.grad(value, of, retain_graph=True, materialize_grads=True)
    return found


def frozen_features(subject: Subject) -> str:
    """A feature network that learns, drifts or is not in eval mode."""
    network: nn.Module = subject.call("frozen_blocks", subject.outputs[0].device)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    subject.loss(tuple(output.clone().requires_grad_() for output in subject.probes.random)).backward()
    if any(parameter.requires_grad or parameter.grad is not None for parameter in network.parameters()):
        raise Failed("the parameters of the feature network get gradients: requires_grad_(False)")
    if any(module.training for module in network.modules()):
        raise Failed("the feature network is in training mode: dropout and batch statistics would count")
    if any(not tensor.equal(before[name]) for name, tensor in network.state_dict().items()):
        raise Failed("the feature network has changed")
    return f"{len(before)} tensors stay as they are"


def perceptual_distance(subject: Subject) -> str:
    """Features that don't tell an image from a noisy one: 0 at the image itself, and more with more noise."""
    _, *others = subject.probes.perfect

    def distance(level: float) -> float:
        return subject.terms((subject.targets + level * noise(subject.targets, 7), *others))["perceptual"]

    values = [distance(level) for level in (0.0, 0.05, 0.1, 0.2, 0.4)]
    if abs(values[0]) > ZERO * values[-1]:
        raise Failed(f"an image is {values[0]:.4f} from itself: both must go through the same layers, unchanged")
    if any(not low < high for low, high in itertools.pairwise(values)):
        raise Failed(f"with more and more noise the distance is {rounded(values)}: a rise was expected")
    return rounded(values)


def rounded(values: list[float]) -> str:
    return ", ".join(f"{value:.4f}" for value in values)


def content_and_style(subject: Subject) -> str:
    """A term about the wrong image: content is 0 at the content image, style at the style image, and not elsewhere."""
    content, style = subject.targets, subject.named["style"].expand_as(subject.targets)
    here, there = subject.terms((content,)), subject.terms((style,))
    if here["content"] > ZERO * there["content"] or not there["content"] > 0:
        raise Failed(f"content costs {here['content']:.4f} at the content image, {there['content']:.4f} at the style")
    if there["style"] > ZERO * here["style"] or not here["style"] > 0:
        raise Failed(f"style costs {there['style']:.4f} at the style image, {here['style']:.4f} at the content")
    return f"content 0 to {there['content']:.4f}, style 0 to {here['style']:.4f}"


def style_summary(subject: Subject) -> str:
    """A Gram matrix that mixes channels and pixels, or samples: moving pixels about must not change it."""
    name = next((name for name in ("gram", "mean_and_spread") if hasattr(subject.module, name)), "gram")
    hidden = noise(torch.zeros(2, 3, 4, 5, device=subject.device), 5)
    seen = subject.call(name, hidden)
    moved = subject.call(name, hidden.flatten(2)[..., torch.randperm(20)].view_as(hidden))
    if not seen.allclose(moved, atol=1e-5):
        raise Failed(f"{name}() changes when the pixels are moved about: a view that mixes channels and pixels?")
    if seen.allclose(subject.call(name, hidden.roll(1, dims=1)), atol=1e-5):
        raise Failed(f"{name}() stays the same when the channels are exchanged")
    if not seen[1:].allclose(subject.call(name, hidden[1:]), atol=1e-5):
        raise Failed(f"{name}() of one sample depends on the others")
    doubled = subject.call(name, torch.cat([hidden, hidden], dim=-1))
    if not seen.allclose(doubled, atol=0.05 * float(seen.abs().max())):
        raise Failed(f"{name}() depends on the size of the image: divide by the number of pixels")
    return f"{name}: {list(seen.shape)}"


def ssim(subject: Subject) -> str:
    """SSIM with the wrong data range (all images are then alike), or with a side that counts more."""
    one, other = (0.5 + 0.3 * noise(subject.targets, seed).tanh() for seed in (8, 9))

    def term(image: Tensor, target: Tensor) -> float:
        return subject.terms((image,), target)["ssim"]

    weight = subject.constants["SSIM_WEIGHT"]
    if term(one, one) > ZERO:
        raise Failed(f"an image scores {term(one, one):.4f} against itself, 0 was expected")
    if abs(term(one, other) - term(other, one)) > ZERO:
        raise Failed(f"exchanging both images changes {term(one, other):.4f} to {term(other, one):.4f}")
    if not term(one, other) > weight / 2:
        raise Failed(
            f"images that have nothing in common score {term(one, other):.4f}, about {weight} was expected: "
            "is the data range that of the pixels?"
        )
    return f"0 for equal images, {term(one, other):.4f} for unrelated ones"


def variation(subject: Subject) -> str:
    """A total variation that is not about neighbours: 0 for a constant image, and the same across as down."""

    def term(image: Tensor) -> float:
        return subject.terms((image,))["variation"]

    flat = torch.full_like(subject.targets, 0.3)
    stripes = flat.clone()
    stripes[..., ::2] = 0.7
    across, down = term(stripes), term(stripes.mT)
    if term(flat) > ZERO or not across > ZERO or abs(across - down) > ZERO * across:
        raise Failed(
            f"a constant image costs {term(flat):.4f}, stripes down {across:.4f}, stripes across {down:.4f}: "
            "0 and two equal values were expected"
        )
    return f"0 for a constant image, {across:.4f} for stripes"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "image-range": image_range,
    "discriminator-labels": discriminator_labels,
    "learns-in-turns": learns_in_turns,
    "condition": condition,
    "cycle": cycle,
    "identity": identity,
    "domains": domains,
    "term-gradients": term_gradients,
    "frozen-features": frozen_features,
    "perceptual-distance": perceptual_distance,
    "content-and-style": content_and_style,
    "style-summary": style_summary,
    "ssim": ssim,
    "variation": variation,
}
"""Each special check by its name in a contract or card."""
