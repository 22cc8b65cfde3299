"""Negative evidence lower bound of a VAE for real data with noise of a spread that is learned."""

import math

import torch.nn.functional as F
from losses.kl_normal import kl_normal
from torch import Tensor

LEAST_STD = 1e-3  # of the noise, in the data's unit: the bound would fall for ever without it


def criterion(
    decoded: Tensor, mean: Tensor, log_variance: Tensor, data: Tensor
) -> dict[str, Tensor]:
    """Means [B, ...], latents [B, Z] twice, real data [B, ...] -> nats per sample, by term.

    One spread for all the data: the likeliest one, which is the root of the mean squared error.
    """
    square = F.mse_loss(decoded, data)
    variance = square.clamp(min=LEAST_STD**2)
    nats = 0.5 * (square / variance + (2 * math.pi * variance).log())
    return {
        "reconstruction": nats * data[0].numel(),  # summed over what one sample holds, as the KL
        "kl": kl_normal(mean, log_variance).sum(dim=1).mean(),
    }
