"""Negative evidence lower bound of a VAE for data in 0..1."""

import torch.nn.functional as F
from losses.kl_normal import kl_normal
from torch import Tensor


def criterion(
    decoded: Tensor, mean: Tensor, log_variance: Tensor, data: Tensor
) -> dict[str, Tensor]:
    """Logits [B, ...], latents [B, Z] twice, data in 0..1 [B, ...] -> nats per sample, by term.

    Both terms are sums over what one sample holds: a mean in either would be another weight.
    """
    nats = F.binary_cross_entropy_with_logits(decoded, data, reduction="none")
    return {
        "reconstruction": nats.flatten(1).sum(dim=1).mean(),
        "kl": kl_normal(mean, log_variance).sum(dim=1).mean(),
    }
