"""Special checks of images: their range, features of a frozen network, style, SSIM.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossadvisor.proof import draws
from lossadvisor.proof.contract import Range
from lossadvisor.proof.subject import Failed, Subject

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
        return subject.terms((subject.targets + level * draws.noise(subject.targets, 7), *others))["perceptual"]

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
        told = f"content costs {here['content']:.4f} at the content image, {there['content']:.4f} at the style image"
        raise Failed(f"{told}: it must be compared with the content image")
    if there["style"] > ZERO * here["style"] or not here["style"] > 0:
        told = f"style costs {there['style']:.4f} at the style image, {here['style']:.4f} at the content image"
        raise Failed(f"{told}: it must be compared with the style image")
    return f"content 0 to {there['content']:.4f}, style 0 to {here['style']:.4f}"


def style_summary(subject: Subject) -> str:
    """A Gram matrix that mixes channels and pixels, or samples: moving pixels about must not change it."""
    name = next((name for name in ("gram", "mean_and_spread") if hasattr(subject.module, name)), "gram")
    hidden = draws.noise(torch.zeros(2, 3, 4, 5, device=subject.device), 5)
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
    one, other = (0.5 + 0.3 * draws.noise(subject.targets, seed).tanh() for seed in (8, 9))

    def term(image: Tensor, target: Tensor) -> float:
        return subject.terms((image,), target)["ssim"]

    weight = subject.constants["SSIM_WEIGHT"]
    dark = (one > one.mean() + 1.6 * one.std()).to(one)
    itself, points = term(one, one), term(dark, dark)
    if itself > ZERO:
        why = ": the brighter the worse, so that the variances are not centred" if points < itself / 2 else ""
        raise Failed(f"an image scores {itself:.4f} against itself, 0 was expected{why}")
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
            "0 and two equal values were expected; does every pixel meet the one beside it and the one below?"
        )
    return f"0 for a constant image, {across:.4f} for stripes"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "image-range": image_range,
    "term-gradients": term_gradients,
    "frozen-features": frozen_features,
    "perceptual-distance": perceptual_distance,
    "content-and-style": content_and_style,
    "style-summary": style_summary,
    "ssim": ssim,
    "variation": variation,
}
"""Each special check by its name in a contract or card."""
