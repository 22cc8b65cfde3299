"""The losses, programs and decisions of generative models, against independent references in float64."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats
from torch import Tensor, nn

from lossadvisor.rulebase import coverage
from lossadvisor.rulebase.load import RuleBase
from tests.losses.parts import rendered, template

CASES = yaml.safe_load(Path(__file__).with_name("generative.yaml").read_text(encoding="utf-8"))
BASE = RuleBase()
Array = np.ndarray[Any, np.dtype[np.float64]]


def criterion(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = template(f"losses.{name}").criterion
    return found


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


# Autoencoders.
DECODED, MEAN, LOG_VARIANCE = random(5, 1, 3, 4), random(5, 2, seed=1), random(5, 2, seed=2)
SHARES, REALS = random(5, 1, 3, 4, seed=3).sigmoid(), random(5, 1, 3, 4, seed=4)
ELBOS = {
    "bernoulli_elbo": SHARES,
    "beta_elbo": SHARES,
    "free_bits_elbo": SHARES,
    "gaussian_elbo": REALS,
    "optimal_sigma_elbo": REALS,
}


def nats(mean: float, log_variance: float) -> float:
    """The integral of q log(q / p) that defines the KL divergence of two normal distributions."""
    q, p = stats.norm(mean, np.exp(log_variance / 2)), stats.norm()
    low, high = q.ppf(1e-12), q.ppf(1 - 1e-12)
    return float(integrate.quad(lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), low, high)[0])


def all_nats() -> Array:
    pairs = zip(MEAN.flatten().tolist(), LOG_VARIANCE.flatten().tolist(), strict=True)
    return np.array([nats(*pair) for pair in pairs]).reshape(MEAN.shape)


def bernoulli(logits: Array, share: Array) -> Array:
    chance = 1 / (1 + np.exp(-logits))
    return -share * np.log(chance) - (1 - share) * np.log(1 - chance)


def elbo(name: str) -> tuple[Tensor, Tensor]:
    terms = criterion(name)(DECODED, MEAN, LOG_VARIANCE, ELBOS[name])
    return terms["reconstruction"], terms["kl"]


@pytest.mark.parametrize("name", ["bernoulli_elbo", "gaussian_elbo", "optimal_sigma_elbo"])
def test_the_kl_of_an_elbo_is_the_integral_per_sample(name: str) -> None:
    assert elbo(name)[1].item() == pytest.approx(all_nats().sum() / 5, rel=1e-6)


def test_beta_weighs_the_kl() -> None:
    assert elbo("beta_elbo")[1].item() == pytest.approx(4 * all_nats().sum() / 5, rel=1e-6)


def test_free_nats_are_those_of_a_latent_over_the_batch() -> None:
    wanted = np.maximum(all_nats().mean(0), 0.25).sum()
    assert elbo("free_bits_elbo")[1].item() == pytest.approx(wanted, rel=1e-6)
    small = criterion("free_bits_elbo")(DECODED, MEAN * 0, LOG_VARIANCE * 0, SHARES)["kl"]
    assert small.item() == pytest.approx(2 * 0.25)


@pytest.mark.parametrize("name", ["bernoulli_elbo", "beta_elbo", "free_bits_elbo"])
def test_the_reconstruction_of_shares_is_a_sum_over_a_sample(name: str) -> None:
    wanted = bernoulli(DECODED.numpy(), SHARES.numpy()).sum() / 5
    assert elbo(name)[0].item() == pytest.approx(wanted)


def test_the_reconstruction_of_reals_is_a_likelihood() -> None:
    wanted = -stats.norm(DECODED.numpy(), 0.1).logpdf(REALS.numpy()).sum() / 5
    assert elbo("gaussian_elbo")[0].item() == pytest.approx(wanted)


def test_the_optimal_spread_is_that_of_the_greatest_likelihood() -> None:
    def cost(spread: float) -> float:
        return float(-stats.norm(DECODED.numpy(), spread).logpdf(REALS.numpy()).sum() / 5)

    found = optimize.minimize_scalar(cost, bounds=(0.01, 10), method="bounded", options={"xatol": 1e-9})
    assert elbo("optimal_sigma_elbo")[0].item() == pytest.approx(found.fun)


def test_a_spread_is_the_root_of_a_beta() -> None:
    """Half the squared error plus beta times the KL is the Gaussian ELBO with a spread of sqrt(beta), times beta."""
    gradients = []
    for beta in (0.01, None):
        decoded, mean = DECODED.clone().requires_grad_(), MEAN.clone().requires_grad_()
        if beta:
            kl = template("losses.kl_normal").kl_normal(mean, LOG_VARIANCE).sum(1).mean()
            loss = ((decoded - REALS).square().sum() / 2 / 5 + beta * kl) / beta
        else:
            loss = sum(criterion("gaussian_elbo")(decoded, mean, LOG_VARIANCE, REALS).values())
        gradients.append(torch.autograd.grad(loss, (decoded, mean)))
    assert all(torch.allclose(one, other) for one, other in zip(*gradients, strict=True))


@given(
    pixels=st.integers(1, 5), latents=st.integers(1, 5), batch=st.integers(1, 4), name=st.sampled_from(sorted(ELBOS))
)
def test_terms_grow_with_what_a_sample_holds_and_not_with_the_batch(
    pixels: int, latents: int, batch: int, name: str
) -> None:
    decoded, data = random(3, 1, 2, 2), random(3, 1, 2, 2, seed=1).sigmoid()
    mean, log_variance = random(3, 2, seed=2) + 2, random(3, 2, seed=3)
    once = criterion(name)(decoded, mean, log_variance, data)
    more = criterion(name)(
        decoded.repeat(batch, 1, pixels, 1),
        mean.repeat(batch, latents),
        log_variance.repeat(batch, latents),
        data.repeat(batch, 1, pixels, 1),
    )
    assert more["reconstruction"].item() == pytest.approx(pixels * once["reconstruction"].item())
    assert more["kl"].item() == pytest.approx(latents * once["kl"].item())


@pytest.mark.parametrize("name", ELBOS)
def test_the_gradient_of_an_elbo_is_that_of_its_value(name: str) -> None:
    inputs = tuple(tensor.clone().requires_grad_() for tensor in (DECODED, MEAN, LOG_VARIANCE))
    assert torch.autograd.gradcheck(lambda *three: sum(criterion(name)(*three, ELBOS[name]).values()), inputs)


@pytest.mark.parametrize("name", ELBOS)
def test_extreme_outputs_give_finite_elbos(name: str) -> None:
    decoded = torch.tensor([[1e4], [-1e4]], requires_grad=True)
    mean, log_variance = torch.tensor([[1e4], [-1e4]]), torch.tensor([[20.0], [-30.0]])
    loss = sum(criterion(name)(decoded, mean, log_variance, torch.tensor([[0.0], [1.0]])).values())
    (gradient,) = torch.autograd.grad(loss, decoded)
    assert loss.isfinite()
    assert gradient.isfinite().all()


def test_a_reconstruction_without_error_leaves_the_optimal_spread_at_its_floor() -> None:
    decoded = REALS.clone().requires_grad_()
    loss = criterion("optimal_sigma_elbo")(decoded, MEAN, LOG_VARIANCE, REALS)["reconstruction"]
    (gradient,) = torch.autograd.grad(loss, decoded)
    assert loss.item() == pytest.approx(12 * np.log(1e-3 * np.sqrt(2 * np.pi)))
    assert not gradient.any()


def test_vq_vae_moves_codes_and_latents_towards_each_other_at_two_speeds() -> None:
    latents, codes = random(2, 3, 2, 2).requires_grad_(), random(2, 3, 2, 2, seed=1).requires_grad_()
    terms = criterion("vq_vae")(REALS[:2], latents, codes, REALS[:2])
    gap = 2 * (latents - codes).detach() / latents.numel()
    to_latents, to_codes = torch.autograd.grad(sum(terms.values()), (latents, codes))
    assert terms["reconstruction"] == 0
    assert torch.allclose(to_latents, 0.25 * gap)
    assert torch.allclose(to_codes, -gap)


def test_codes_are_the_nearest_ones_and_keep_their_places() -> None:
    model = template("programs.generative.vq_vae").build_model()
    latents = torch.randn(3, 4, 2, 5)
    found = model.nearest(latents)
    for place in np.ndindex(3, 2, 5):
        latent = latents[place[0], :, place[1], place[2]]
        distances = [(latent - code).square().sum().item() for code in model.codebook.weight]
        assert found[place] == int(np.argmin(distances))


# GANs.
REAL, FAKE = random(9), random(9, seed=1)


def discriminators() -> dict[str, float]:
    real, fake = REAL.numpy(), FAKE.numpy()
    return {
        "nonsaturating_r1": -np.log(1 / (1 + np.exp(-real))).mean() - np.log(1 - 1 / (1 + np.exp(-fake))).mean(),
        "hinge_gan": np.maximum(0, 1 - real).mean() + np.maximum(0, 1 + fake).mean(),
        "least_squares_gan": (np.mean((real - 1) ** 2) + np.mean(fake**2)) / 2,
        "wgan_gp": fake.mean() - real.mean(),
    }


GENERATORS: dict[str, Callable[[Array], Array]] = {
    "nonsaturating_r1": lambda fake: -np.log(1 / (1 + np.exp(-fake))),
    "hinge_gan": lambda fake: -fake,
    "least_squares_gan": lambda fake: (fake - 1) ** 2 / 2,
    "wgan_gp": lambda fake: -fake,
}


@pytest.mark.parametrize("name", GENERATORS)
def test_both_losses_of_a_gan_equal_their_references(name: str) -> None:
    assert criterion(name)(REAL, FAKE).item() == pytest.approx(discriminators()[name])
    generator = template(f"losses.{name}").generator_loss
    assert generator(FAKE).item() == pytest.approx(GENERATORS[name](FAKE.numpy()).mean())


@pytest.mark.parametrize("name", GENERATORS)
def test_scores_that_are_sure_give_finite_losses(name: str) -> None:
    scores = torch.tensor([1e4, -1e4], requires_grad=True)
    loss = criterion(name)(scores, scores) + template(f"losses.{name}").generator_loss(scores)
    (gradient,) = torch.autograd.grad(loss, scores)
    assert loss.isfinite()
    assert gradient.isfinite().all()


def slopes(critic: Callable[[Tensor], Tensor], samples: Tensor) -> Array:
    """The norm of the gradient of each score, by differences."""
    flat = samples.flatten(1)
    steps = torch.eye(flat.shape[1], dtype=torch.float64).view(-1, *samples.shape[1:]) * 1e-6
    found = [((critic(samples + step) - critic(samples - step)) / 2e-6).numpy() for step in steps]
    return np.linalg.norm(np.stack(found, axis=1), axis=1)


def test_penalties_look_at_the_slope_of_each_sample() -> None:
    torch.manual_seed(0)
    critic = nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.Tanh(), nn.Linear(5, 1), nn.Flatten(0)).double()
    real, fake = random(4, 3, 2, 2), random(4, 3, 2, 2, seed=1)
    with torch.no_grad():
        norms = slopes(critic, real)
    for name in ("nonsaturating_r1", "hinge_gan"):
        assert template(f"losses.{name}").penalty(critic, real, fake).item() == pytest.approx(np.mean(norms**2) / 2)
    found = template("losses.wgan_gp").penalty(critic, real, real)
    assert found.item() == pytest.approx(0.1 * np.mean((norms - 1) ** 2), rel=1e-5)


def test_a_flat_critic_has_a_finite_penalty() -> None:
    critic = nn.Linear(2, 1)
    nn.init.zeros_(critic.weight)
    for name in ("nonsaturating_r1", "wgan_gp"):
        penalty = template(f"losses.{name}").penalty(critic, torch.randn(4, 2), torch.randn(4, 2))
        (gradient,) = torch.autograd.grad(penalty, critic.weight)
        assert gradient.isfinite().all()


def test_the_penalty_of_a_wasserstein_gan_looks_between_real_and_fake() -> None:
    seen: list[Tensor] = []

    def critic(samples: Tensor) -> Tensor:
        seen.append(samples.detach())
        return samples.sum(1)

    template("losses.wgan_gp").penalty(critic, torch.zeros(500, 2), torch.ones(500, 2))
    assert seen[0][:, 0].equal(seen[0][:, 1])  # one share for a whole sample
    assert seen[0].min() >= 0
    assert seen[0].max() <= 1
    assert seen[0].std() > 0.25


# Diffusion.
PREDICTION, TARGET = random(6, 1, 2, 3), random(6, 1, 2, 3, seed=1)
SNRS = torch.tensor([0.0, 1e-4, 0.5, 5.0, 20.0, 1e4], dtype=torch.float64)


@pytest.mark.parametrize("name", ["flow_matching", "noise_mse", "velocity_mse", "clean_mse"])
def test_what_is_predicted_is_compared_by_its_squares(name: str) -> None:
    wanted = np.mean((PREDICTION.numpy() - TARGET.numpy()) ** 2)
    assert criterion(name)(PREDICTION, TARGET).item() == pytest.approx(wanted)


def test_min_snr_is_a_mean_of_weighted_errors() -> None:
    rows = zip(PREDICTION.numpy(), TARGET.numpy(), SNRS.tolist(), strict=True)
    wanted = np.mean([np.mean((p - t) ** 2) * (min(snr, 5) / snr if snr else 1) for p, t, snr in rows])
    assert criterion("min_snr")(PREDICTION, TARGET, SNRS).item() == pytest.approx(wanted)


def test_pseudo_huber_is_squared_below_delta_and_absolute_beyond() -> None:
    loss, zero = criterion("pseudo_huber"), torch.zeros(1, dtype=torch.float64)
    assert loss(zero + 1e-3, zero).item() == pytest.approx(1e-6, rel=1e-3)
    assert loss(zero + 1e3, zero).item() == pytest.approx(2 * 0.1 * (1e3 - 0.1), rel=1e-6)
    assert torch.autograd.gradcheck(lambda p: loss(p, TARGET), PREDICTION.clone().requires_grad_())


def naive_schedule() -> list[float]:
    share, found = 1.0, []
    for step in range(1000):
        share *= 1 - (1e-4 + (0.02 - 1e-4) * step / 999)
        found.append(share)
    return found


def test_the_schedule_is_that_of_ddpm() -> None:
    program = rendered("noise_mse", "noise")
    signal, spread = program["scales"](torch.arange(1000))
    assert np.allclose(signal.flatten() ** 2, naive_schedule(), rtol=1e-5)
    assert np.allclose(spread.flatten() ** 2, 1 - np.array(naive_schedule()), rtol=1e-5)


def test_the_schedule_of_velocities_starts_as_ddpm_does_and_ends_in_pure_noise() -> None:
    signal, spread = rendered("velocity_mse", "velocity")["scales"](torch.tensor([0, 999]))
    assert signal.flatten().tolist() == pytest.approx([naive_schedule()[0] ** 0.5, 0], abs=1e-6)
    assert spread[1].item() == 1


KINDS = {"noise": "noise_mse", "velocity": "velocity_mse", "clean": "clean_mse", "flow": "flow_matching"}


@pytest.mark.parametrize("contract", KINDS)
def test_an_error_of_the_prediction_is_one_of_the_clean_image_by_the_known_factor(contract: str) -> None:
    program = rendered(KINDS[contract], contract)
    clean, noise, error = (random(4, 1, 8, 8, seed=seed).float() for seed in range(3))
    times = torch.linspace(0.1, 0.9, 4) if contract == "flow" else torch.tensor([1, 300, 600, 900])
    noisy = program["add_noise"](clean, noise, times)
    found = program["predict"](program["make_target"](clean, noise, times) + error, noisy, times)
    ratio = error.square().flatten(1).sum(1) / (found - clean).square().flatten(1).sum(1)
    one, zero = torch.ones(4, 1, 1, 1), torch.zeros(4, 1, 1, 1)
    snr = (program["add_noise"](one, zero, times) / program["add_noise"](zero, one, times)).square().flatten()
    factor = {"noise": snr, "velocity": snr + 1, "clean": torch.ones(4), "flow": 1 / torch.as_tensor(times) ** 2}
    assert torch.allclose(ratio, factor[contract], rtol=1e-2)


@pytest.mark.parametrize("contract", KINDS)
def test_a_perfect_model_of_one_image_samples_that_image(contract: str) -> None:
    program = rendered(KINDS[contract], contract)
    wanted = torch.linspace(-1, 1, 64).view(1, 1, 8, 8)

    def oracle(noisy: Tensor, times: Tensor) -> Tensor:
        one, zero = torch.ones_like(noisy), torch.zeros_like(noisy)
        signal, spread = program["add_noise"](one, zero, times), program["add_noise"](zero, one, times)
        found: Tensor = program["make_target"](wanted, (noisy - signal * wanted) / spread, times)
        return found

    drawn = program["sample"](oracle, torch.randn(2, 1, 8, 8))
    assert torch.allclose(drawn, wanted.expand_as(drawn), atol=0.05)


def test_weights_of_a_batch_are_its_own_signal_to_noise_ratios() -> None:
    program = rendered("min_snr", "weighted-clean")
    _, times, _, snr = program["batch"]()
    shares = np.array(naive_schedule())[times.numpy()]
    assert np.allclose(snr, shares / (1 - shares), rtol=1e-3)


# Conversions, decisions, pitfalls.
@pytest.mark.parametrize(("name", "low"), [("bytes_to_fraction", 0.0), ("bytes_to_signed", -1.0)])
def test_pixels_become_floats_over_their_whole_range(name: str, low: float) -> None:
    part = template(f"targets.{name}")
    pixels = torch.arange(256, dtype=torch.uint8)
    found = part.convert(pixels)
    assert found.dtype == torch.float32
    assert (found.min().item(), found.max().item()) == (low, 1.0)
    assert part.store(found).equal(pixels)
    with pytest.raises(AssertionError, match="uint8 was expected"):
        part.convert(found)


def test_every_combination_of_answers_is_decided_once() -> None:
    table = BASE.table("generative")
    assert coverage.gaps(table) == []
    assert list(coverage.overlaps(table)) == []
    assert list(coverage.dead(table)) == []


def second_backward() -> None:
    real, fake = torch.randn(2, 1, requires_grad=True), torch.randn(2, 1, requires_grad=True)
    loss = (real * fake).exp().sum()
    loss.backward()
    loss.backward()


def changed_in_place() -> None:
    layers = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    loss = layers(torch.randn(3, 2)).sum()
    with torch.no_grad():
        layers[1].weight.add_(1)
    loss.backward()


def attention_twice() -> None:
    q = torch.randn(1, 1, 4, 8, requires_grad=True)
    (slope,) = torch.autograd.grad(F.scaled_dot_product_attention(q, q, q).sum(), q, create_graph=True)
    slope.sum().backward()


WRONG: dict[str, list[Callable[[], Any]]] = {
    "log-variance-as-std": [lambda: torch.distributions.Normal(torch.zeros(2, 3), -torch.ones(2, 3))],
    "bce-outside-0-1": [lambda: F.binary_cross_entropy(torch.full((2,), 0.5), torch.full((2,), -1.0))],
    "graph-used-twice": [second_backward, changed_in_place],
    "attention-twice": [attention_twice],
    "prediction-type": [lambda: torch.zeros(1, 6, 8, 8) - torch.zeros(1, 3, 8, 8)],
    "time-not-reshaped": [lambda: torch.ones(8) * torch.ones(8, 3, 16, 16)],
    "float-times": [lambda: torch.ones(1000)[torch.rand(4)], lambda: torch.ones(1000)[torch.tensor([1000])]],
}


@pytest.mark.parametrize("pitfall", WRONG)
def test_a_pitfall_quotes_the_errors_that_torch_raises(pitfall: str) -> None:
    for wrong in WRONG[pitfall]:
        with pytest.raises((RuntimeError, ValueError, IndexError)) as caught:
            wrong()
        told = f"{caught.type.__name__}: {caught.value}".replace("\n", " ")
        assert any(told.startswith(text) for text in BASE.pitfall(pitfall).errors), told


def test_cross_entropy_with_logits_takes_images_below_zero_and_runs_away() -> None:
    loss = F.binary_cross_entropy_with_logits(torch.tensor([-50.0]), torch.tensor([-1.0]))
    assert loss.item() == pytest.approx(-50)
    assert BASE.pitfall("bce-outside-0-1").silent
