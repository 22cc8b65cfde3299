"""Negative evidence lower bound of a VAE for real data with noise of a known spread."""

import math

from losses.kl_normal import kl_normal
from torch import Tensor

NOISE_STD = 0.1  # standard deviation of the noise in your data, in their unit


def criterion(
    decoded: Tensor, mean: Tensor, log_variance: Tensor, data: Tensor
) -> dict[str, Tensor]:
    """Means [B, ...], latents [B, Z] twice, real data [B, ...] -> nats per sample, by term.

    Both terms are sums over what one sample holds: a mean in either would be another weight.
    """
    error = (decoded - data) / NOISE_STD
    nats = error.square() / 2 + math.log(NOISE_STD * math.sqrt(2 * math.pi))
    return {
        "reconstruction": nats.flatten(1).sum(dim=1).mean(),
        "kl": kl_normal(mean, log_variance).sum(dim=1).mean(),
    }
