"""Special checks of autoencoders: variational ones, and those with discrete codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, distributions, nn

from lossadvisor.proof import draws
from lossadvisor.proof.families.likely import likely
from lossadvisor.proof.loss_checks import compare
from lossadvisor.proof.subject import Failed, Subject, Tensors

DRAWS = 4000
LEAST_NATS = 0.5  # of all latents together; a collapsed posterior has thousandths
ACTIVE = 0.01  # variance of a latent's mean over the data from which it counts as used
LEAST_EXPLAINED = 0.4  # share of the data's variance


def reductions(subject: Subject) -> str:
    """A mean where the other term is a sum, or a sum over the batch: the terms then trade at another rate."""
    decoded, *latents = subject.probes.random
    target = subject.targets
    before = subject.terms((decoded, *latents), target)
    wide, deep = torch.cat([decoded, decoded], -1), [torch.cat([latent, latent], 1) for latent in latents]
    cases: list[tuple[str, Tensors, Tensor, tuple[float, float]]] = [
        ("twice the data of a sample", (wide, *latents), torch.cat([target, target], -1), (2, 1)),
        ("twice the latents", (decoded, *deep), target, (1, 2)),
        (
            "twice the batch",
            tuple(torch.cat([tensor, tensor]) for tensor in (decoded, *latents)),
            torch.cat([target, target]),
            (1, 1),
        ),
    ]
    for told, outputs, data, factors in cases:
        after = subject.terms(outputs, data)
        for name, factor in zip(("reconstruction", "kl"), factors, strict=True):
            known = {"a mean stands where a sum is meant": before[name], "a sum over the batch": 2 * before[name]}
            why = likely(after[name], known)
            compare(after[name], factor * before[name], f"{told}{why}: {name} changes from {before[name]:.4f} to")
    return ", ".join(told for told, *_ in cases)


def latent_kl(subject: Subject) -> str:
    """A KL term with a sign, a half or a square too few: it must be that of two normal distributions."""
    decoded, mean, log_variance = subject.probes.random
    posterior = distributions.Normal(mean, (log_variance / 2).exp())
    each = distributions.kl_divergence(posterior, distributions.Normal(0.0, 1.0))
    free: float = subject.constants.get("FREE_NATS", 0.0)
    beta: float = subject.constants.get("BETA", 1.0)
    expected = beta * each.mean(0).clamp(min=free).sum().item()
    known = {
        "without its half": 2 * expected,
        "without BETA": expected / beta,
        "a mean over the latents": expected / mean.shape[1],
        "the free nats of each sample by itself": beta * each.clamp(min=free).mean(0).sum().item(),
        "with + log_variance": beta * (each + log_variance).mean(0).sum().item(),
        "the log-variance taken for the log of the spread": beta
        * (mean.square() / 2 + (2 * log_variance).exp() / 2 - 0.5 - log_variance).mean(0).sum().item(),
    }
    seen = subject.terms((decoded, mean, log_variance))["kl"]
    return compare(seen, expected, f"the kl term of random latents{likely(seen, known)} is")


def drawn_latents(subject: Subject) -> str:
    """Latents drawn with the variance for a standard deviation, or without a gradient to the encoder."""
    mean = torch.tensor([[-1.0, 0.0, 2.0]], device=subject.device).requires_grad_()
    log_variance = torch.tensor([[-2.0, 0.5, 1.5]], device=subject.device).requires_grad_()
    draws.reseed()
    drawn: Tensor = subject.call("sample", mean.expand(DRAWS, 3), log_variance.expand(DRAWS, 3))
    spread = (drawn.std(0) / (log_variance / 2).exp()).squeeze().tolist()
    if not all(abs(ratio - 1) < 0.1 for ratio in spread):
        found = f"{spread[0]:.2f} and {spread[2]:.2f} times their standard deviation"
        raise Failed(f"latents are drawn with {found}: it is exp(log_variance / 2), exp(log_variance) is the variance")
    if not torch.allclose(drawn.mean(0), mean, atol=0.15):
        raise Failed(f"latents of mean {mean.tolist()[0]} are drawn around {drawn.mean(0).tolist()}")
    if not drawn.requires_grad:
        raise Failed("latents are drawn without a gradient: reparameterise, mean + std * noise")
    gradients = torch.autograd.grad(drawn.square().sum(), (mean, log_variance), materialize_grads=True)
    for name, gradient in zip(("mean", "log-variance"), gradients, strict=True):
        if not gradient.any():
            raise Failed(f"no gradient reaches the {name} of the latents: reparameterise, mean + std * noise")
    return f"spread {', '.join(f'{ratio:.2f}' for ratio in spread)} of what it should be"


def used_latents(subject: Subject) -> str:
    """A posterior that collapses: the latents carry nothing and the decoder gives the mean, while the loss falls."""
    model = subject.build()
    subject.call("train", model, subject.module.batch, subject.module.loss_terms)
    model.eval()
    draws.reseed(1)
    images = torch.cat([subject.call("batch")[0] for _ in range(16)]).to(subject.device)
    with torch.no_grad():
        decoded, mean, log_variance = subject.run(model, images)
    nats = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean().item()
    active = int((mean.var(0) > ACTIVE).sum())
    found = subject.call("predict", decoded, mean, log_variance)[0]
    explained = 1 - ((found - images).square().mean() / (images - images.mean(0)).square().mean()).item()
    told = f"{nats:.2f} nats in {active} of {mean.shape[1]} latents explain {explained:.0%} of the variance"
    if min(nats / LEAST_NATS, active) < 1:
        raise Failed(f"{told}: the latents have collapsed. Is the KL weighed more than the reconstruction?")
    if explained < LEAST_EXPLAINED:
        raise Failed(f"{told}, hardly better than the mean image: are mean and log-variance exchanged?")
    return told


def reached(loss: Tensor, parts: Sequence[nn.Module]) -> list[bool]:
    """Whether a loss has a gradient that isn't zero in each of some modules."""
    found = []
    for part in parts:
        gradients = torch.autograd.grad(loss, [*part.parameters()], retain_graph=True, materialize_grads=True)
        found.append(any(bool(gradient.any()) for gradient in gradients))
    return found


def straight_through(subject: Subject) -> str:
    """Codes that stop the gradient, or terms that move the side that they must leave alone."""
    draws.reseed()
    model = subject.build()
    terms = subject.call("loss_terms", *subject.run(model), *subject.given)
    expected = {"reconstruction": [True, False], "codebook": [False, True], "commitment": [True, False]}
    for name, wanted in expected.items():
        seen = reached(terms[name], [model.get_submodule(part) for part in ("encoder", "codebook")])
        for part, yes, should in zip(("encoder", "codebook"), seen, wanted, strict=True):
            if yes != should:
                likely = "latents + (codes - latents).detach() lets it pass" if should else "a detach() is missing"
                raise Failed(f"{name} {'moves' if yes else 'does not reach'} the {part}: {likely}")
    return "reconstruction and commitment move the encoder, the codebook term the codes"


def nearest_code(subject: Subject) -> str:
    """Latents replaced by another code than the nearest, by codes of another place, or not at all."""
    decoded, latents, codes = subject.outputs
    book: Tensor = subject.model.get_parameter("codebook.weight").detach()
    flat, given = (tensor.detach().movedim(1, -1).flatten(0, -2) for tensor in (latents, codes))
    distances = (flat[:, None] - book).square().sum(-1)
    nearest = book[distances.argmin(1)]
    if wrong := int((~torch.isclose(given, nearest, atol=1e-4).all(1)).sum()):
        raise Failed(
            f"{wrong} of {len(flat)} latents do not get the code that is nearest to them: "
            "another code, or another place"
        )
    if not torch.allclose(decoded, subject.model.get_submodule("decoder")(codes), atol=1e-4):
        raise Failed("the decoder is not given the codes: latents + (codes - latents).detach() has their value")
    return f"{len(flat)} latents"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "reductions": reductions,
    "latent-kl": latent_kl,
    "drawn-latents": drawn_latents,
    "used-latents": used_latents,
    "straight-through": straight_through,
    "nearest-code": nearest_code,
}
"""Each by its name in a contract."""
