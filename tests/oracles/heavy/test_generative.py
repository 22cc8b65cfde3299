"""Losses of generative models beside MONAI, kornia, torchmetrics, torchvision and diffusers, and torch.func."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.func import grad, vmap

from tests.losses.parts import rendered, template
from tests.oracles.comparison import agree

pytestmark = pytest.mark.filterwarnings("ignore")
kornia = pytest.importorskip("kornia")
monai = pytest.importorskip("monai")
monai_losses = pytest.importorskip("monai.losses")
quantizers = pytest.importorskip("monai.networks.layers.vector_quantizer")
torchmetrics = pytest.importorskip("torchmetrics.functional")
torchvision = pytest.importorskip("torchvision")
extraction = pytest.importorskip("torchvision.models.feature_extraction")
diffusers = pytest.importorskip("diffusers")
training_utils = pytest.importorskip("diffusers.training_utils")

SIZES, SIDES, SEEDS = st.integers(1, 4), st.integers(11, 20), st.integers(0, 2**31)
EXTENTS = st.sampled_from([0.1, 1.0, 30.0])
FLOAT32 = 2e-4
"""Tolerance for what is computed in float32 by a library, or by the features."""


def draws(seed: int, *shapes: tuple[int, ...], extent: float = 1.0) -> list[Tensor]:
    """Normal float64 numbers times `extent`, that require a gradient."""
    generator = torch.Generator().manual_seed(seed)
    return [
        (extent * torch.randn(shape, dtype=torch.float64, generator=generator)).requires_grad_() for shape in shapes
    ]


def pictures(seed: int, *shape: int, count: int = 2) -> list[Tensor]:
    """Images in 0..1, the first of which requires a gradient."""
    first, *others = (tensor.detach().sigmoid() for tensor in draws(seed, *[shape] * count))
    return [first.requires_grad_(), *others]


def patch_loss(scores: Tensor, *, real: bool, criterion: str) -> Tensor:
    """MONAI's, for the discriminator, with raw scores under least squares as ours are."""
    loss = monai_losses.PatchAdversarialLoss(criterion=criterion, no_activation_leastsq=True)
    found: Tensor = loss(scores, target_is_real=real, for_discriminator=True)
    return found


def game(criterion: str, real: Tensor, fake: Tensor) -> Tensor:
    """The discriminator's loss: real scores to the one side, fake ones to the other."""
    return patch_loss(real, real=True, criterion=criterion) + patch_loss(fake, real=False, criterion=criterion)


# GANs.


@given(SEEDS, SIZES, EXTENTS)
def test_nonsaturating_r1(seed: int, batch: int, extent: float) -> None:
    """MONAI's sigmoid and BCELoss lose what is beyond a logit of some 36 in float64: extents stay below."""
    module = template("losses.nonsaturating_r1")
    scores = draws(seed, (batch,), (batch,), extent=min(extent, 8))
    agree(module.criterion, partial(game, "bce"), scores, tolerance=1e-6)
    agree(module.generator_loss, partial(patch_loss, real=True, criterion="bce"), scores[:1], tolerance=1e-6)


@given(SEEDS, SIZES, EXTENTS)
def test_hinge_gan(seed: int, batch: int, extent: float) -> None:
    """MONAI takes the tanh of the scores first; its generator has the hinge too, ours no bound."""
    module = template("losses.hinge_gan")
    scores = draws(seed, (batch,), (batch,), extent=extent)
    agree(lambda r, f: module.criterion(r.tanh(), f.tanh()), partial(game, "hinge"), scores)
    agree(lambda f: 1 + module.generator_loss(f.tanh()), partial(patch_loss, real=True, criterion="hinge"), scores[:1])


@given(SEEDS, SIZES, EXTENTS)
def test_least_squares_gan(seed: int, batch: int, extent: float) -> None:
    module = template("losses.least_squares_gan")
    scores = draws(seed, (batch,), (batch,), extent=extent)
    agree(module.criterion, partial(game, "least_squares"), scores, factor=0.5)
    agree(module.generator_loss, partial(patch_loss, real=True, criterion="least_squares"), scores[:1], factor=0.5)
    bent = monai_losses.PatchAdversarialLoss()  # by default through a leaky ReLU with a slope of 0.05
    agree(
        lambda s: module.generator_loss(nn.functional.leaky_relu(s, 0.05)),
        partial(bent, target_is_real=True, for_discriminator=False),
        scores[:1],
        factor=0.5,
    )


@pytest.mark.parametrize("name", ["nonsaturating_r1", "hinge_gan"])
@given(seed=SEEDS, batch=SIZES, side=SIZES)
def test_r1_and_torch_func(name: str, seed: int, batch: int, side: int) -> None:
    torch.manual_seed(seed)
    critic = nn.Sequential(nn.Flatten(), nn.Linear(2 * side, 4), nn.Tanh(), nn.Linear(4, 1), nn.Flatten(0)).double()
    real, fake = (sample.detach() for sample in draws(seed, (batch, 2, side), (batch, 2, side)))
    ours = template(f"losses.{name}").penalty(critic, real, fake)
    slopes = vmap(grad(lambda sample: critic(sample[None]).squeeze()))(real)
    theirs = slopes.square().sum() / (2 * batch)
    weights = [parameter for parameter in critic.parameters() if parameter.dim() == 2]
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(torch.autograd.grad(ours, weights), torch.autograd.grad(theirs, weights))


# Images from images.


@given(SEEDS, SIZES, SIZES, EXTENTS)
def test_pix2pix(seed: int, batch: int, side: int, extent: float) -> None:
    module = template("losses.pix2pix")
    image, target = draws(seed, *[(batch, 3, side, side)] * 2)
    scores = draws(seed + 1, (batch, 1, side, 1), (batch, 1, side, 1), extent=min(extent, 8))

    def theirs(image: Tensor, scores: Tensor) -> Tensor:
        distance = torchmetrics.mean_absolute_error(image, target)
        found: Tensor = patch_loss(scores, real=True, criterion="bce") + 100 * distance
        return found

    agree(lambda *two: sum(module.criterion(*two, target).values()), theirs, [image, scores[0]], tolerance=1e-6)
    agree(module.discriminator_criterion, partial(game, "bce"), scores, factor=0.5, tolerance=1e-6)


@given(SEEDS, SIZES, SIZES, EXTENTS, st.sampled_from(["cycle_gan", "cycle_gan_identity"]))
def test_cycle_gan(seed: int, batch: int, side: int, extent: float, name: str) -> None:
    """Both domains at once: half of MONAI's losses added up over the two."""
    module = template(f"losses.{name}")
    shape = (2, batch, 3, side, side)
    cycled, same, images = draws(seed, shape, shape, shape)
    scores, made = draws(seed + 1, (2, batch, 1, side, 1), (2, batch, 1, side, 1), extent=extent)
    l1 = torchmetrics.mean_absolute_error

    def theirs(*outputs: Tensor) -> Tensor:
        total = torch.zeros((), dtype=torch.float64)
        for domain in range(2):
            back, *left, score = (output[domain] for output in outputs)
            total = total + patch_loss(score, real=True, criterion="least_squares")
            total = total + 10 * l1(back, images[domain])
            total = total + 5 * sum(l1(image, images[domain]) for image in left)
        return total / 2

    outputs = [cycled, same, scores] if name == "cycle_gan_identity" else [cycled, scores]
    agree(lambda *some: sum(module.criterion(*some, images).values()), theirs, outputs)
    agree(module.discriminator_criterion, partial(game, "least_squares"), [scores, made], factor=0.5)


@given(SEEDS, SIZES, SIZES)
def test_l1_pixels(seed: int, batch: int, side: int) -> None:
    images = draws(seed, (batch, 3, side, side), (batch, 3, side, side))
    agree(template("losses.l1_pixels").criterion, torchmetrics.mean_absolute_error, images)


@given(SEEDS, SIZES, SIZES, st.sampled_from([1e-3, 0.1, 1.0]), EXTENTS)
def test_charbonnier(seed: int, batch: int, side: int, epsilon: float, extent: float) -> None:
    """kornia has an eps of 1 and subtracts it."""
    module = template("losses.charbonnier")
    images = draws(seed, (batch, 3, side, side), (batch, 3, side, side), extent=extent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EPSILON", epsilon)
        agree(
            module.criterion,
            lambda x, y: epsilon + epsilon * kornia.losses.charbonnier_loss(x / epsilon, y / epsilon, "mean"),
            images,
        )


def of_library(name: str, image: Tensor, target: Tensor, extent: float) -> Tensor:
    """The SSIM of whole windows that a library gives."""
    if name == "kornia":
        found: Tensor = kornia.metrics.ssim(image, target, 11, max_val=extent, padding="valid").mean()
        return found
    loss = monai_losses.SSIMLoss(spatial_dims=2, data_range=extent)
    return 1 - loss(image, target)


@pytest.mark.parametrize(("library", "tolerance"), [("kornia", 1e-9), ("monai", 1e-4)])
@given(seed=SEEDS, batch=SIZES, height=SIDES, width=SIDES, extent=st.sampled_from([1.0, 2.0, 255.0]))
def test_l1_ssim(library: str, tolerance: float, seed: int, batch: int, height: int, width: int, extent: float) -> None:
    parts, image, target = template("losses.l1_ssim"), *pictures(seed, batch, 3, height, width)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template("losses.ssim"), "DATA_RANGE", extent)
        agree(
            lambda x: sum(parts.criterion(x, target).values()),
            lambda x: (
                0.84 * (1 - of_library(library, x, target, extent)) + 0.16 * torchmetrics.mean_absolute_error(x, target)
            ),
            [image],
            tolerance=tolerance,
        )


@given(SEEDS, SIDES, SIDES)
def test_ssim_with_padded_borders(seed: int, height: int, width: int) -> None:
    """l1_ssim leaves the borders out; kornia pads them, halves, and agrees inside; so does torchmetrics."""
    image, target = pictures(seed, 2, 3, height, width)
    ours = template("losses.ssim").ssim(image, target)
    same = kornia.metrics.ssim(image, target, 11)
    inside = same[..., 5:-5, 5:-5].mean()
    torch.testing.assert_close(ours, inside)
    torch.testing.assert_close(kornia.losses.ssim_loss(image, target, 11), ((1 - same) / 2).mean())
    _, full = torchmetrics.image.structural_similarity_index_measure(
        image, target, data_range=1.0, return_full_image=True
    )
    torch.testing.assert_close(ours, full[..., 5:-5, 5:-5].mean(), rtol=1e-6, atol=1e-6)


# Features of a frozen network: torchvision's VGG-16 with one set of random weights for both sides.
NODES = ["features.3", "features.8", "features.15", "features.22"]


@pytest.fixture(scope="module")
def theirs() -> Iterator[Callable[[Tensor], list[Tensor]]]:
    """The outputs at four ReLUs, by torchvision's feature extractor; ours finds the same weights on its disk."""
    torch.manual_seed(0)
    network = torchvision.models.vgg16()
    extractor = extraction.create_feature_extractor(network.requires_grad_(requires_grad=False).eval(), NODES)
    blocks = template("models.features").frozen_blocks
    blocks.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "load", lambda _: network.state_dict())
        blocks(torch.device("cpu"))

    def found(image: Tensor) -> list[Tensor]:
        mean, spread = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
        return [*extractor(torchvision.transforms.functional.normalize(image, mean, spread)).values()]

    yield found
    blocks.cache_clear()


Features = Callable[[Tensor], list[Tensor]]
PICTURES = settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])


def single(seed: int, batch: int, side: int, count: int = 2) -> list[Tensor]:
    return [tensor.detach().float().requires_grad_() for tensor in pictures(seed, batch, 3, side, side, count=count)]


def perceptual(features: Features, image: Tensor, target: Tensor) -> Tensor:
    pairs = [*zip(features(image), features(target), strict=True)]
    return torch.stack([torchmetrics.mean_absolute_error(a.flatten(), b.flatten()) for a, b in pairs]).mean()


@given(seed=SEEDS, batch=st.integers(1, 2), side=st.integers(16, 24))
@PICTURES
def test_l1_perceptual(theirs: Features, seed: int, batch: int, side: int) -> None:
    image, target = single(seed, batch, side)
    criterion = template("losses.l1_perceptual").criterion
    agree(
        lambda x: sum(criterion(x, target).values()),
        lambda x: torchmetrics.mean_absolute_error(x, target) + perceptual(theirs, x, target),
        [image],
        tolerance=FLOAT32,
    )


@given(seed=SEEDS, batch=st.integers(1, 2), side=st.integers(16, 24))
@PICTURES
def test_pix2pix_perceptual(theirs: Features, seed: int, batch: int, side: int) -> None:
    image, target = (2 * tensor.detach() - 1 for tensor in single(seed, batch, side))
    scores = draws(seed, (batch, 1, 2, 2), (batch, 1, 2, 2))
    module = template("losses.pix2pix_perceptual")

    def expected(image: Tensor, scores: Tensor) -> Tensor:
        distance = torchmetrics.mean_absolute_error(image, target) + perceptual(
            theirs, (image + 1) / 2, (target + 1) / 2
        )
        return patch_loss(scores, real=True, criterion="least_squares") + 10 * distance

    inputs = [image.requires_grad_(), scores[0]]
    agree(lambda *two: sum(module.criterion(*two, target).values()), expected, inputs, tolerance=FLOAT32)
    agree(module.discriminator_criterion, partial(game, "least_squares"), scores, factor=0.5)


def gram(hidden: Tensor) -> Tensor:
    return torch.einsum("bchw,bdhw->bcd", hidden, hidden) / hidden[0].numel()


def statistics(hidden: Tensor) -> Tensor:
    """The error of means and that of spreads are averaged."""
    return torch.stack([hidden.mean((2, 3)), (hidden.flatten(2).var(dim=2) + 1e-5).sqrt()])


@pytest.mark.parametrize(
    ("name", "summary", "weight"),
    [("gram_style", gram, 1e5), ("gram_style_smooth", gram, 1e5), ("style_statistics", statistics, 10)],
)
@given(seed=SEEDS, batch=st.integers(1, 2), side=st.integers(16, 24))
@PICTURES
def test_styles(
    theirs: Features, name: str, summary: Callable[[Tensor], Tensor], weight: float, seed: int, batch: int, side: int
) -> None:
    image, content, style = single(seed, batch, side, count=3)
    style = style[:1]
    error = torchmetrics.mean_squared_error

    def expected(image: Tensor) -> Tensor:
        found, wanted, looks = theirs(image), theirs(content), theirs(style)
        total = error(found[1].flatten(), wanted[1].flatten())
        for mine, other in zip(found, looks, strict=True):
            pair = torch.broadcast_tensors(summary(mine), summary(other))
            total = total + weight * error(pair[0].flatten(), pair[1].flatten())
        if name == "gram_style_smooth":
            total = total + kornia.losses.total_variation(image, reduction="mean").mean()
        return total

    criterion = template(f"losses.{name}").criterion
    agree(lambda x: sum(criterion(x, content, style).values()), expected, [image], tolerance=FLOAT32)


@given(SEEDS, SIZES, st.integers(2, 6), st.integers(2, 6))
def test_total_variation(seed: int, batch: int, height: int, width: int) -> None:
    """Sums of kornia and torchmetrics count each difference, however large the image is."""
    (image,) = draws(seed, (batch, 3, height, width))
    ours = template("losses.total_variation").total_variation
    agree(ours, lambda x: kornia.losses.total_variation(x, reduction="mean").mean(), [image])
    agree(
        lambda x: ours(x) * x.diff(dim=-1).numel(),  # where both sides have as many differences
        torchmetrics.image.total_variation,
        [image[..., : min(height, width), : min(height, width)].detach().requires_grad_()],
    )


# Codes.


@given(SEEDS, SIZES, SIZES, st.integers(2, 9))
def test_vq_vae(seed: int, batch: int, side: int, count: int) -> None:
    """MONAI's quantizer: the nearest codes, and the commitment; its codebook follows a moving average instead."""
    quantizer = quantizers.EMAQuantizer(2, count, 3).eval()
    latents, codes, decoded, data = draws(seed, *[(batch, 3, side, side)] * 4)
    found, _, indices = quantizer(latents)
    criterion = template("losses.vq_vae").criterion
    nearest = nn.functional.embedding(indices, quantizer.embedding.weight).movedim(-1, 1).double()
    agree(lambda x: criterion(decoded, x, nearest, data)["commitment"], lambda x: quantizer(x)[1], [latents])
    torch.testing.assert_close(found, nearest, check_dtype=False, rtol=1e-6, atol=1e-6)
    error = torchmetrics.mean_squared_error
    agree(
        lambda d, z, c: sum(criterion(d, z, c, data).values()),
        lambda d, z, c: (
            error(d.flatten(), data.flatten())
            + error(c.flatten(), z.detach().flatten())
            + 0.25 * error(z.flatten(), c.detach().flatten())
        ),
        [decoded, latents, codes],
    )
    model = rendered("vq_vae", "codes")["build_model"]()
    ours = quantizers.EMAQuantizer(2, *model.codebook.weight.shape).eval()
    ours.embedding.weight.data.copy_(model.codebook.weight)
    (latents,) = draws(seed, (batch, model.codebook.weight.shape[1], side, side))
    assert model.nearest(latents.float()).equal(ours(latents.float())[2])


# Diffusion.
SCHEDULE = {"num_train_timesteps": 1000, "beta_start": 1e-4, "beta_end": 0.02, "beta_schedule": "linear"}
Shape = tuple[int, ...]


def noisy(seed: int, shape: Shape, times: Tensor) -> SimpleNamespace:
    """Clean images, noise, and a prediction, in float32 as programs make them."""
    clean, noise, prediction = (tensor.detach().float() for tensor in draws(seed, shape, shape, shape))
    return SimpleNamespace(clean=clean, noise=noise, times=times, prediction=prediction.requires_grad_())


def steps(seed: int, batch: int) -> Tensor:
    return torch.randint(1000, (batch,), generator=torch.Generator().manual_seed(seed))


def squared(prediction: Tensor, target: Tensor) -> Tensor:
    error: Tensor = torchmetrics.mean_squared_error(prediction.flatten(), target.flatten())
    return error


def same_training(program: dict[str, Any], drawn: SimpleNamespace, images: Tensor, target: Tensor) -> None:
    """Assert that the program's noisy images, targets and loss are those of the library."""
    ours = program["make_target"](drawn.clean, drawn.noise, drawn.times)
    torch.testing.assert_close(
        program["add_noise"](drawn.clean, drawn.noise, drawn.times), images, rtol=1e-4, atol=1e-4
    )
    torch.testing.assert_close(ours, target, rtol=1e-4, atol=1e-4)
    agree(lambda x: program["loss_fn"](x, target), lambda x: squared(x, target), [drawn.prediction], tolerance=1e-5)


@given(SEEDS, SIZES, SIZES)
def test_noise_mse_and_clean_mse(seed: int, batch: int, side: int) -> None:
    drawn = noisy(seed, (batch, 3, side, side), steps(seed, batch))
    images = diffusers.DDPMScheduler(**SCHEDULE).add_noise(drawn.clean, drawn.noise, drawn.times)
    same_training(rendered("noise_mse", "noise"), drawn, images, drawn.noise)
    same_training(rendered("clean_mse", "clean"), drawn, images, drawn.clean)


@given(SEEDS, SIZES, SIZES)
def test_velocity_mse(seed: int, batch: int, side: int) -> None:
    drawn = noisy(seed, (batch, 3, side, side), steps(seed, batch))
    scheduler = diffusers.DDPMScheduler(**SCHEDULE, rescale_betas_zero_snr=True)
    images = scheduler.add_noise(drawn.clean, drawn.noise, drawn.times)
    target = scheduler.get_velocity(drawn.clean, drawn.noise, drawn.times)
    same_training(rendered("velocity_mse", "velocity"), drawn, images, target)


@given(SEEDS, SIZES, SIZES)
def test_flow_matching(seed: int, batch: int, side: int) -> None:
    """diffusers counts times in 0..1000."""
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler()
    picked = scheduler.timesteps[steps(seed, batch)]
    drawn = noisy(seed, (batch, 3, side, side), picked / 1000)
    images = scheduler.scale_noise(drawn.clean, picked, drawn.noise)
    same_training(rendered("flow_matching", "flow"), drawn, images, drawn.noise - drawn.clean)


@pytest.mark.parametrize("contract", ["weighted-noise", "weighted-clean"])
@given(seed=SEEDS, batch=SIZES, side=SIZES, most=st.sampled_from([1.0, 5.0, 20.0]))
def test_min_snr(contract: str, seed: int, batch: int, side: int, most: float) -> None:
    """The signal-to-noise ratio of diffusers, limited and divided as in its training scripts."""
    program = rendered("min_snr", contract)
    drawn = noisy(seed, (batch, 3, side, side), steps(seed, batch))
    snr = training_utils.compute_snr(diffusers.DDPMScheduler(**SCHEDULE), drawn.times)
    signal, spread = program["scales"](drawn.times)
    torch.testing.assert_close((signal / spread).square().flatten(), snr, rtol=1e-3, atol=1e-6)
    weight = snr.clamp(max=most) / (snr if contract == "weighted-noise" else 1)
    target = program["make_target"](drawn.clean, drawn.noise, drawn.times)

    def expected(prediction: Tensor) -> Tensor:
        errors = [weight[i] * squared(prediction[i], target[i]) for i in range(batch)]
        return torch.stack(errors).mean()

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(program, "MOST_SNR", most)
        agree(lambda x: program["loss_fn"](x, target, snr), expected, [drawn.prediction], tolerance=1e-5)


@given(SEEDS, SIZES, SIZES, st.sampled_from([0.01, 0.1, 1.0]), EXTENTS)
def test_pseudo_huber(seed: int, batch: int, side: int, delta: float, extent: float) -> None:
    """kornia's Charbonnier loss in units of delta, times 2 delta squared."""
    module = template("losses.pseudo_huber")
    images = draws(seed, (batch, 3, side, side), (batch, 3, side, side), extent=extent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "DELTA", delta)
        agree(
            module.criterion,
            lambda x, y: kornia.losses.charbonnier_loss(x / delta, y / delta, "mean"),
            images,
            factor=2 * delta**2,
        )
