"""Losses of generative models and what they are measured against.

`plain` is what one writes from the paper, or with torch.distributions, where no library has the loss.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.distributions import Bernoulli, Normal, kl_divergence

from tests.benchmarks.losses import Case, Loss
from tests.losses.parts import rendered, template

PICTURES = ((2, 32), (4, 96), (4, 256))
FEATURES = ((1, 32), (2, 64), (4, 96))
SCORES = ((64,), (4096,), (1_000_000,))
SAMPLES = ((8, 16), (64, 32), (64, 128))
LATENTS = 32


def normal(*shape: int, count: int = 2, seed: int = 0) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for _ in range(count)]


def pictures(batch: int, side: int) -> tuple[Tensor, ...]:
    """Images [B, 3, H, W] in 0..1, made and true."""
    made, true = normal(batch, 3, side, side)
    return made.sigmoid().requires_grad_(), true.sigmoid()


def styled(batch: int, side: int) -> tuple[Tensor, ...]:
    return *pictures(batch, side), normal(1, 3, side, side, seed=1)[0].sigmoid()


def judged(batch: int, side: int) -> tuple[Tensor, ...]:
    """Made images, the scores of their patches, and true images."""
    made, true = pictures(batch, side)
    scores = normal(batch, 1, side // 8, side // 8)[0].requires_grad_()
    return made, scores, true


def cycled(batch: int, side: int) -> tuple[Tensor, ...]:
    """Of both domains: images that were there and back, those that were left alone, scores, true images."""
    back, same, true = normal(2, batch, 3, side, side, count=3)
    (scores,) = normal(2, batch, 1, side // 8, side // 8, count=1)
    return back.requires_grad_(), same.requires_grad_(), scores.requires_grad_(), true


def there_and_back(batch: int, side: int) -> tuple[Tensor, ...]:
    back, _, scores, true = cycled(batch, side)
    return back, scores, true


def scores(count: int) -> tuple[Tensor, ...]:
    real, fake = normal(count)
    return real.requires_grad_(), fake.requires_grad_()


def noises(batch: int, side: int) -> tuple[Tensor, ...]:
    prediction, target = normal(batch, 3, side, side)
    return prediction.requires_grad_(), target


def weighed(batch: int, side: int) -> tuple[Tensor, ...]:
    """Signal-to-noise ratios beside them."""
    return *noises(batch, side), normal(batch, count=1)[0].exp()


def latents(batch: int, side: int, *, fractions: bool) -> tuple[Tensor, ...]:
    """Outputs of a decoder, two of an encoder, and data."""
    decoded, data = normal(batch, 3, side, side)
    two = normal(batch, LATENTS, seed=1)
    return *(tensor.requires_grad_() for tensor in (decoded, *two)), data.sigmoid() if fractions else data


def quantized(batch: int, side: int) -> tuple[Tensor, ...]:
    decoded, data = normal(batch, 3, side, side)
    two = normal(batch, 64, side // 4, side // 4, seed=1)
    return *(tensor.requires_grad_() for tensor in (decoded, *two)), data


def ours(name: str, contract: str = "") -> Loss:
    """The criterion of a template, or of a program; its terms added up."""
    criterion = rendered(name, contract)["criterion"] if contract else template(f"losses.{name}").criterion

    def loss(*inputs: Tensor) -> Tensor:
        found = criterion(*inputs)
        return sum(found.values()) if isinstance(found, dict) else found

    return loss


def plain(loss: Loss) -> Callable[[], Loss]:
    return lambda: loss


def monai_game(criterion: str, factor: float) -> Loss:
    from monai.losses import PatchAdversarialLoss

    loss = PatchAdversarialLoss(criterion=criterion, no_activation_leastsq=True)
    return lambda real, fake: (
        factor
        * (
            loss(real, target_is_real=True, for_discriminator=True)
            + loss(fake, target_is_real=False, for_discriminator=True)
        )
    )


def monai_pix2pix() -> Loss:
    from monai.losses import PatchAdversarialLoss

    loss = PatchAdversarialLoss(criterion="bce")
    return lambda image, patches, target: (
        loss(patches, target_is_real=True, for_discriminator=False) + 100 * F.l1_loss(image, target)
    )


def monai_ssim() -> Loss:
    from monai.losses import SSIMLoss

    loss = SSIMLoss(spatial_dims=2)
    return lambda image, target: 0.84 * loss(image, target) + 0.16 * F.l1_loss(image, target)


def kornia_ssim() -> Loss:
    from kornia.metrics import ssim

    return lambda image, target: (
        0.84 * (1 - ssim(image, target, 11, padding="valid").mean()) + 0.16 * F.l1_loss(image, target)
    )


def kornia_charbonnier(delta: float, factor: float, offset: float) -> Loss:
    from kornia.losses import charbonnier_loss

    return lambda x, y: offset + factor * charbonnier_loss(x / delta, y / delta, "mean")


def kornia_smooth() -> Loss:
    from kornia.losses import total_variation

    return lambda *images: plain_style(*images) + total_variation(images[0], reduction="mean").mean()


def plain_codes() -> Loss:
    """The terms of a VQ-VAE from their definition."""
    return lambda decoded, z, codes, data: (
        F.mse_loss(decoded, data) + F.mse_loss(codes, z.detach()) + 0.25 * F.mse_loss(z, codes.detach())
    )


def plain_pix2pix(image: Tensor, patches: Tensor, target: Tensor) -> Tensor:
    adversarial = F.binary_cross_entropy_with_logits(patches, torch.ones_like(patches))
    return adversarial + 100 * F.l1_loss(image, target)


def plain_pix2pix_perceptual(image: Tensor, patches: Tensor, target: Tensor) -> Tensor:
    adversarial = F.mse_loss(patches, torch.ones_like(patches))
    return adversarial + 10 * F.l1_loss(image, target) + 10 * plain_perceptual((image + 1) / 2, (target + 1) / 2)


def plain_cycle(cycled: Tensor, patches: Tensor, images: Tensor) -> Tensor:
    """One domain after the other, as in the reference code; their mean."""
    total = torch.zeros(())
    for back, score, image in zip(cycled, patches, images, strict=True):
        total = total + F.mse_loss(score, torch.ones_like(score)) + 10 * F.l1_loss(back, image)
    return total / 2


def plain_cycle_identity(cycled: Tensor, same: Tensor, patches: Tensor, images: Tensor) -> Tensor:
    left = sum(5 * F.l1_loss(kept, image) for kept, image in zip(same, images, strict=True))
    return plain_cycle(cycled, patches, images) + left / 2


def network(image: Tensor) -> list[Tensor]:
    found: list[Tensor] = template("models.features").features(image)
    return found


def plain_perceptual(image: Tensor, target: Tensor) -> Tensor:
    with torch.no_grad():
        wanted = network(target)
    return torch.stack([F.l1_loss(a, b) for a, b in zip(network(image), wanted, strict=True)]).mean()


def einsum_gram(hidden: Tensor) -> Tensor:
    return torch.einsum("bchw,bdhw->bcd", hidden, hidden) / hidden[0].numel()


def batched_gram(hidden: Tensor) -> Tensor:
    rows = hidden.flatten(2)
    return rows.bmm(rows.transpose(1, 2)) / rows[0].numel()


def statistics(hidden: Tensor) -> Tensor:
    rows = hidden.flatten(2)
    return torch.cat([rows.mean(dim=2), (rows.var(dim=2) + 1e-5).sqrt()], dim=1)


def plain_style(
    image: Tensor,
    content: Tensor,
    style: Tensor,
    *,
    summary: Callable[[Tensor], Tensor] = batched_gram,
    weight: float = 1e5,
) -> Tensor:
    found = network(image)
    with torch.no_grad():
        wanted, looks = network(content), [summary(hidden) for hidden in network(style)]
    total = F.mse_loss(found[1], wanted[1])
    for hidden, look in zip(found, looks, strict=True):
        mine = summary(hidden)
        total = total + weight * F.mse_loss(mine, look.expand_as(mine))
    return total


def plain_smooth(*images: Tensor) -> Tensor:
    image = images[0]
    across = (image[..., 1:] - image[..., :-1]).abs().mean()
    down = (image[..., 1:, :] - image[..., :-1, :]).abs().mean()
    return plain_style(*images) + across + down


def written_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """For each latent, as pytorch/examples writes it."""
    return -0.5 * (1 + log_variance - mean.pow(2) - log_variance.exp())


def bce_sum(decoded: Tensor, data: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(decoded, data, reduction="sum") / len(data)


def gaussian_sum(decoded: Tensor, data: Tensor) -> Tensor:
    """With a spread of 0.1, without its constant."""
    return F.mse_loss(decoded, data, reduction="sum") / 0.02 / len(data)


def plain_elbo(
    reconstruction: Callable[[Tensor, Tensor], Tensor], decoded: Tensor, mean: Tensor, spread: Tensor, data: Tensor
) -> Tensor:
    return reconstruction(decoded, data) + written_kl(mean, spread).sum() / len(data)


def plain_beta(decoded: Tensor, mean: Tensor, log_variance: Tensor, data: Tensor) -> Tensor:
    return bce_sum(decoded, data) + 4 * written_kl(mean, log_variance).sum() / len(data)


def plain_free_bits(decoded: Tensor, mean: Tensor, log_variance: Tensor, data: Tensor) -> Tensor:
    return bce_sum(decoded, data) + written_kl(mean, log_variance).mean(0).clamp(min=0.25).sum()


def known(decoded: Tensor, data: Tensor) -> Tensor:
    return gaussian_sum(decoded, data) + data[0].numel() * math.log(0.1 * math.sqrt(2 * math.pi))


def likeliest(decoded: Tensor, data: Tensor) -> Tensor:
    variance = F.mse_loss(decoded, data)
    return data[0].numel() / 2 * (1 + (2 * math.pi * variance).log())


def distributions(
    likelihood: Callable[[Tensor], Bernoulli | Normal], decoded: Tensor, mean: Tensor, spread: Tensor, data: Tensor
) -> Tensor:
    """By torch.distributions."""
    kl = kl_divergence(Normal(mean, (spread / 2).exp()), Normal(0.0, 1.0)).sum()
    return (kl - likelihood(decoded).log_prob(data).sum()) / len(data)


def bernoulli(decoded: Tensor) -> Bernoulli:
    return Bernoulli(logits=decoded, validate_args=False)


def gaussian(decoded: Tensor) -> Normal:
    return Normal(decoded, 0.1)


def plain_logistic(real: Tensor, fake: Tensor) -> Tensor:
    cost = F.binary_cross_entropy_with_logits
    return cost(real, torch.ones_like(real)) + cost(fake, torch.zeros_like(fake))


def plain_min_snr(prediction: Tensor, target: Tensor, snr: Tensor) -> Tensor:
    """As the training script of diffusers."""
    weight = torch.stack([snr, 5 * torch.ones_like(snr)], dim=1).min(dim=1)[0] / snr
    loss = F.mse_loss(prediction, target, reduction="none")
    return (loss.mean(dim=list(range(1, len(loss.shape)))) * weight).mean()


def plain_pseudo_huber(prediction: Tensor, target: Tensor) -> Tensor:
    """As the training scripts of diffusers."""
    return (2 * 0.1 * (torch.sqrt((prediction - target) ** 2 + 0.1**2) - 0.1)).mean()


def plain_charbonnier(prediction: Tensor, target: Tensor) -> Tensor:
    """As BasicSR."""
    return torch.sqrt((prediction - target) ** 2 + 1e-6).mean()


FRACTIONS, REALS = partial(latents, fractions=True), partial(latents, fractions=False)
CASES = [
    Case("pix2pix", PICTURES, judged, ours("pix2pix"), {"monai": monai_pix2pix, "plain": plain(plain_pix2pix)}),
    Case(
        "pix2pix_perceptual", FEATURES, judged, ours("pix2pix_perceptual"), {"plain": plain(plain_pix2pix_perceptual)}
    ),
    Case("cycle_gan", PICTURES, there_and_back, ours("cycle_gan"), {"plain": plain(plain_cycle)}),
    Case("cycle_gan_identity", PICTURES, cycled, ours("cycle_gan_identity"), {"plain": plain(plain_cycle_identity)}),
    Case(
        "charbonnier",
        PICTURES,
        pictures,
        ours("charbonnier"),
        {"kornia": partial(kornia_charbonnier, 1e-3, 1e-3, 1e-3), "plain": plain(plain_charbonnier)},
    ),
    Case("l1_ssim", PICTURES, pictures, ours("l1_ssim"), {"monai": monai_ssim, "kornia": kornia_ssim}),
    Case(
        "l1_perceptual",
        FEATURES,
        pictures,
        ours("l1_perceptual"),
        {"plain": plain(lambda x, y: F.l1_loss(x, y) + plain_perceptual(x, y))},
    ),
    Case(
        "gram_style",
        FEATURES,
        styled,
        ours("gram_style"),
        {"plain": plain(plain_style), "einsum": plain(partial(plain_style, summary=einsum_gram))},
    ),
    Case(
        "gram_style_smooth",
        FEATURES,
        styled,
        ours("gram_style_smooth"),
        {"kornia": kornia_smooth, "plain": plain(plain_smooth)},
    ),
    Case(
        "style_statistics",
        FEATURES,
        styled,
        ours("style_statistics"),
        {"plain": plain(partial(plain_style, summary=statistics, weight=10))},
    ),
    Case(
        "bernoulli_elbo",
        SAMPLES,
        FRACTIONS,
        ours("bernoulli_elbo"),
        {"distributions": plain(partial(distributions, bernoulli)), "plain": plain(partial(plain_elbo, bce_sum))},
    ),
    Case(
        "gaussian_elbo",
        SAMPLES,
        REALS,
        ours("gaussian_elbo"),
        {"distributions": plain(partial(distributions, gaussian)), "plain": plain(partial(plain_elbo, known))},
    ),
    Case(
        "optimal_sigma_elbo",
        SAMPLES,
        REALS,
        ours("optimal_sigma_elbo"),
        {"plain": plain(partial(plain_elbo, likeliest))},
    ),
    Case("beta_elbo", SAMPLES, FRACTIONS, ours("beta_elbo", "latents-of-fractions"), {"plain": plain(plain_beta)}),
    Case(
        "free_bits_elbo",
        SAMPLES,
        FRACTIONS,
        ours("free_bits_elbo", "latents-of-fractions"),
        {"plain": plain(plain_free_bits)},
    ),
    Case("vq_vae", SAMPLES, quantized, ours("vq_vae"), {"plain": plain_codes}),
    Case(
        "nonsaturating_r1",
        SCORES,
        scores,
        ours("nonsaturating_r1"),
        {"monai": partial(monai_game, "bce", 1), "plain": plain(plain_logistic)},
    ),
    Case(
        "hinge_gan",
        SCORES,
        scores,
        ours("hinge_gan"),
        {"plain": plain(lambda r, f: F.relu(1 - r).mean() + F.relu(1 + f).mean())},
    ),
    Case(
        "least_squares_gan",
        SCORES,
        scores,
        ours("least_squares_gan"),
        {"monai": partial(monai_game, "least_squares", 0.5)},
    ),
    Case("min_snr", SAMPLES, weighed, ours("min_snr", "weighted-noise"), {"plain": plain(plain_min_snr)}),
    Case(
        "pseudo_huber",
        SAMPLES,
        noises,
        ours("pseudo_huber"),
        {"kornia": partial(kornia_charbonnier, 0.1, 0.02, 0), "plain": plain(plain_pseudo_huber)},
    ),
]
