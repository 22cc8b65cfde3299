"""Losses of autoencoders beside torch.distributions, and a gradient penalty beside torch.func."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.distributions import Bernoulli, Normal, kl_divergence
from torch.func import grad, vmap

from tests.losses.parts import rendered, template
from tests.oracles.comparison import agree

SIZES, SEEDS = st.integers(1, 5), st.integers(0, 2**31)
WEIGHTS = st.sampled_from([0.1, 1.0, 4.0])


def draws(seed: int, *shapes: tuple[int, ...]) -> list[Tensor]:
    """Normal float64 numbers that require a gradient."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, dtype=torch.float64, generator=generator).requires_grad_() for shape in shapes]


def nats(mean: Tensor, log_variance: Tensor) -> Tensor:
    """The KL divergence from the standard normal distribution, for each latent."""
    zero = torch.zeros_like(mean)
    return kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(zero, zero + 1))


def surprise(decoded: Tensor, data: Tensor, spread: Tensor | float | None) -> Tensor:
    """Minus the log-likelihood per sample; of a Bernoulli distribution without a spread."""
    if spread is None:
        return -Bernoulli(logits=decoded, validate_args=False).log_prob(data).sum() / len(data)
    return -Normal(decoded, spread).log_prob(data).sum() / len(data)


def both(
    seed: int, batch: int, pixels: int, latents: int, *, fractions: bool, extreme: bool
) -> tuple[list[Tensor], Tensor]:
    """Outputs of a model, and data; with extreme outputs if asked for."""
    inputs = draws(seed, (batch, 1, pixels, 2), (batch, latents), (batch, latents))
    (data,) = draws(seed + 1, (batch, 1, pixels, 2))
    if extreme:
        inputs = [(8 * tensor).detach().requires_grad_() for tensor in inputs]
    return inputs, (data.sigmoid() if fractions else data).detach()


def program_of(name: str, *, fractions: bool) -> dict[str, Any]:
    """What a program of a loss is made of: one for data in 0..1, or for real data."""
    return rendered(name, "latents-of-fractions" if fractions else "latents-of-reals")


def valued(names: dict[str, Any], **constants: float) -> Callable[..., dict[str, Tensor]]:
    """The criterion, with other values of constants."""

    def ours(*inputs: Tensor) -> dict[str, Tensor]:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in constants.items():
                patch.setitem(names, name, value)
            terms: dict[str, Tensor] = names["criterion"](*inputs)
            return terms

    return ours


@given(seed=SEEDS, batch=SIZES, pixels=SIZES, latents=SIZES, extreme=st.booleans())
def test_bernoulli_elbo(*, seed: int, batch: int, pixels: int, latents: int, extreme: bool) -> None:
    inputs, data = both(seed, batch, pixels, latents, fractions=True, extreme=extreme)
    criterion = template("losses.bernoulli_elbo").criterion
    agree(
        lambda *three: sum(criterion(*three, data).values()),
        lambda decoded, *two: surprise(decoded, data, None) + nats(*two).sum() / batch,
        inputs,
    )


@pytest.mark.parametrize("spread", [0.1, 0.5, 2.0])
@given(seed=SEEDS, batch=SIZES, pixels=SIZES, latents=SIZES, extreme=st.booleans())
def test_gaussian_elbo(*, spread: float, seed: int, batch: int, pixels: int, latents: int, extreme: bool) -> None:
    inputs, data = both(seed, batch, pixels, latents, fractions=False, extreme=extreme)
    ours = valued(vars(template("losses.gaussian_elbo")), NOISE_STD=spread)
    agree(
        lambda *three: sum(ours(*three, data).values()),
        lambda decoded, *two: surprise(decoded, data, spread) + nats(*two).sum() / batch,
        inputs,
    )


@given(seed=SEEDS, batch=SIZES, pixels=SIZES, latents=SIZES, extreme=st.booleans(), exact=st.booleans())
def test_optimal_sigma_elbo(*, seed: int, batch: int, pixels: int, latents: int, extreme: bool, exact: bool) -> None:
    inputs, data = both(seed, batch, pixels, latents, fractions=False, extreme=extreme)
    if exact:
        data = inputs[0].detach()
    module = template("losses.optimal_sigma_elbo")

    def theirs(decoded: Tensor, *two: Tensor) -> Tensor:
        spread = (decoded - data).square().mean().clamp(min=module.LEAST_STD**2).sqrt()
        return surprise(decoded, data, spread) + nats(*two).sum() / batch

    agree(lambda *three: sum(module.criterion(*three, data).values()), theirs, inputs)


@pytest.mark.parametrize("fractions", [True, False])
@given(seed=SEEDS, batch=SIZES, pixels=SIZES, latents=SIZES, weight=WEIGHTS)
def test_beta_elbo(*, fractions: bool, seed: int, batch: int, pixels: int, latents: int, weight: float) -> None:
    inputs, data = both(seed, batch, pixels, latents, fractions=fractions, extreme=False)
    program = program_of("beta_elbo", fractions=fractions)
    spread = program.get("NOISE_STD")
    constant = 0 if fractions else surprise(data, data, spread)  # of a Gaussian: ours leaves it out
    ours = valued(program, BETA=weight)
    agree(
        lambda *three: sum(ours(*three, data).values()),
        lambda decoded, *two: surprise(decoded, data, spread) - constant + weight * nats(*two).sum() / batch,
        inputs,
    )


@pytest.mark.parametrize("fractions", [True, False])
@given(seed=SEEDS, batch=SIZES, pixels=SIZES, latents=SIZES, free=WEIGHTS)
def test_free_bits_elbo(*, fractions: bool, seed: int, batch: int, pixels: int, latents: int, free: float) -> None:
    inputs, data = both(seed, batch, pixels, latents, fractions=fractions, extreme=False)
    program = program_of("free_bits_elbo", fractions=fractions)
    spread = program.get("NOISE_STD")
    constant = 0 if fractions else surprise(data, data, spread)
    ours = valued(program, FREE_NATS=free)

    def theirs(decoded: Tensor, *two: Tensor) -> Tensor:
        used = nats(*two).sum(dim=0) / batch
        return surprise(decoded, data, spread) - constant + used[used > free].sum() + free * (used <= free).sum()

    agree(lambda *three: sum(ours(*three, data).values()), theirs, inputs)


@given(SEEDS, SIZES, SIZES)
def test_wgan_gp(seed: int, batch: int, side: int) -> None:
    """Slopes at the same places between real and fake samples, sample by sample."""
    module = template("losses.wgan_gp")
    torch.manual_seed(seed)
    critic = nn.Sequential(nn.Flatten(), nn.Linear(2 * side, 4), nn.Tanh(), nn.Linear(4, 1), nn.Flatten(0)).double()
    real, fake = (sample.detach() for sample in draws(seed, (batch, 2, side), (batch, 2, side)))
    scores = draws(seed, (batch,), (batch,))
    agree(module.criterion, lambda r, f: f.sum() / batch - r.sum() / batch, scores)
    agree(module.generator_loss, lambda f: (-f).sum() / batch, scores[:1])
    torch.manual_seed(seed)
    share = torch.rand(batch, 1, 1)
    torch.manual_seed(seed)
    ours = module.penalty(critic, real, fake)
    slope = vmap(grad(lambda sample: critic(sample[None]).squeeze()))(share * real + (1 - share) * fake)
    theirs = module.GRADIENT_WEIGHT * (torch.linalg.vector_norm(slope, dim=(1, 2)) - 1).square().mean()
    weights = [parameter for parameter in critic.parameters() if parameter.dim() == 2]
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(torch.autograd.grad(ours, weights), torch.autograd.grad(theirs, weights))
