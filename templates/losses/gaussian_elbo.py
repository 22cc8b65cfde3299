"""Negative evidence lower bound of a VAE for real data with noise of a known spread."""

import math

import torch.nn.functional as F
from losses.kl_normal import kl_normal
from torch import Tensor

NOISE_STD = 0.1  # standard deviation of the noise in your data, in their unit


def criterion(
    decoded: Tensor, mean: Tensor, log_variance: Tensor, data: Tensor
) -> dict[str, Tensor]:
    """Means [B, ...], latents [B, Z] twice, real data [B, ...] -> nats per sample, by term.

    Both terms are sums over what one sample holds: a mean in either would be another weight.
    """
    square = F.mse_loss(decoded, data, reduction="none").flatten(1).sum(dim=1) / NOISE_STD**2
    constant = data[0].numel() * math.log(NOISE_STD * math.sqrt(2 * math.pi))
    return {
        "reconstruction": (square / 2 + constant).mean(),
        "kl": kl_normal(mean, log_variance).sum(dim=1).mean(),
    }
