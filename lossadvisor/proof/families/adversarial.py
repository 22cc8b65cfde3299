"""Special checks of GANs."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossadvisor.proof import draws
from lossadvisor.proof.families.likely import likely
from lossadvisor.proof.loss_checks import compare
from lossadvisor.proof.subject import Failed, NotChecked, Subject

FAR = 0.3  # energy distance after training, in parts of that before; worst of 12 seeds and four losses 0.13


class Critic(nn.Module):
    """Scores whose slope is known: w of a linear critic, x itself of half the squared norm."""

    def __init__(self, weight: Tensor | None) -> None:
        super().__init__()
        self.weight = weight

    def forward(self, samples: Tensor) -> Tensor:
        flat = samples.flatten(1)
        return flat.square().sum(1) / 2 if self.weight is None else flat @ self.weight


def gradient_penalty(subject: Subject) -> str:
    """A gradient penalty with a wrong norm, a wrong place, or no gradient of its own: known for simple critics."""
    generator = draws.generator()
    real, fake = torch.randn(2, 6, 2, 3, 4, generator=generator).to(subject.device)
    weight = torch.randn(24, generator=generator).to(subject.device).requires_grad_()
    rule = penalty_rule(subject)
    seen: Tensor = subject.call("penalty", Critic(weight), real, fake)
    expected = rule(weight.norm()[None])
    part, factor = weight.detach().view(2, 3, 4), subject.constants.get("GRADIENT_WEIGHT", 0.0)
    known = {
        "a mean over the numbers of a sample": expected.item() / weight.numel(),
        "the slope is pulled to 0": factor * part.norm().square().item(),
        "the norm is over one axis": factor * (part.norm(dim=0) - 1).square().mean().item(),
    }
    why = likely(seen.item(), known)
    compare(seen.item(), expected.item(), f"of a linear critic with slope {weight.norm():.3f} the penalty{why} is")
    if not seen.requires_grad:
        raise Failed("the penalty has no gradient: create_graph=True is missing")
    found, wanted = (torch.autograd.grad(loss, weight)[0] for loss in (seen, expected))
    if not torch.allclose(found, wanted, rtol=1e-3, atol=1e-4):
        raise Failed("the gradient of the penalty is not that of its value: create_graph=True is missing")
    others = 3 * fake if "R1_WEIGHT" in subject.constants else real  # R1 looks at real samples only
    bent = subject.call("penalty", Critic(None), real, others)
    why = likely(bent.item(), {"of fake samples": rule(others.flatten(1).norm(dim=1)).item()})
    compare(bent.item(), rule(real.flatten(1).norm(dim=1)).item(), f"of a critic that bends the penalty{why} is")
    return f"{seen.item():.4f} for a slope of {weight.norm():.3f}"


def penalty_rule(subject: Subject) -> Callable[[Tensor], Tensor]:
    """Norms of the slope, one per sample -> the penalty.

    Raises:
        NotChecked: the program has none of the weights that are known.
    """
    if "R1_WEIGHT" in subject.constants:
        return lambda norms: subject.constants["R1_WEIGHT"] / 2 * norms.square().mean()
    if "GRADIENT_WEIGHT" in subject.constants:
        return lambda norms: subject.constants["GRADIENT_WEIGHT"] * (norms - 1).square().mean()
    raise NotChecked("neither R1_WEIGHT nor GRADIENT_WEIGHT says which penalty it is")


def raw_scores(subject: Subject) -> str:
    """A sigmoid at the end of the discriminator: samples from far away then still score within 0..1."""
    real = subject.inputs[0]
    with torch.no_grad():
        scores: Tensor = subject.model.get_submodule("discriminator")(real * 1e4)
    if ((scores >= -1) & (scores <= 1)).all():
        raise Failed(f"scores stay within {scores.min():.3f} to {scores.max():.3f}: a sigmoid or tanh bounds them")
    return f"{scores.min():.1f} to {scores.max():.1f} far away"


def own_scores(subject: Subject) -> str:
    """A BatchNorm in the discriminator: a penalty on the slope of one sample then is one on the batch."""
    real = subject.inputs[0].clone().requires_grad_()
    scores: Tensor = subject.model.train().get_submodule("discriminator")(real)
    (gradient,) = torch.autograd.grad(scores[0], real)
    if gradient[1:].any():
        raise Failed("the score of a sample changes with the others: take LayerNorm or GroupNorm, not BatchNorm")
    return f"{len(real)} samples"


def generator_loss(subject: Subject) -> str:
    """A generator that is paid for being caught, or that learns nothing while it is."""
    scores = torch.tensor([-10.0, -1.0, 0.0], device=subject.device).requires_grad_()
    (gradient,) = torch.autograd.grad(subject.call("generator_loss", scores), scores)
    if not (gradient < 0).all():
        raise Failed(f"where fake samples score {scores.tolist()}, the loss rises with the score: the sign is wrong")
    if not gradient[0].abs() > 0.1 * gradient[2].abs():
        told = f"at a score of -10 the gradient is {gradient[0]:.1e}, at 0 {gradient[2]:.1e}"
        raise Failed(f"{told}: it vanishes where the discriminator is sure, as that of the minimax loss")
    return f"gradient {gradient[0]:.2f} at a score of -10, {gradient[2]:.2f} at 0"


def energy_distance(a: Tensor, b: Tensor) -> float:
    """0 if two sets of samples come from one distribution."""
    a, b = a.flatten(1), b.flatten(1)
    return float(2 * torch.cdist(a, b).mean() - torch.cdist(a, a).mean() - torch.cdist(b, b).mean())


def good_samples(subject: Subject) -> str:
    """Two losses that fall, and samples that are no good: after training they must lie where the data do."""
    model = subject.build()
    draws.reseed(1)
    data = [subject.call("batch") for _ in range(8)]
    real, noise = (torch.cat(parts).to(subject.device) for parts in zip(*data, strict=True))

    def distance() -> float:
        with torch.no_grad():
            return energy_distance(real, model.get_submodule("generator")(noise))

    before = distance()
    subject.call("train", model, subject.module.batch)
    after = distance()
    if not after <= FAR * before:
        told = f"the energy distance of samples and data goes from {before:.3f} to {after:.3f}"
        raise Failed(f"{told}, at most {FAR * before:.3f} was expected")
    return f"energy distance {before:.3f} -> {after:.3f}"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "raw-scores": raw_scores,
    "own-scores": own_scores,
    "gradient-penalty": gradient_penalty,
    "generator-loss": generator_loss,
    "good-samples": good_samples,
}
"""Each by its name in a contract."""
