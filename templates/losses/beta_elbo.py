"""Evidence lower bound with a weight on the latents: beta-VAE."""

from losses.kl_normal import kl_normal
from losses.reconstruction import reconstruction
from torch import Tensor

BETA = 4.0  # above 1: latents that mean one thing each; below 1: sharper reconstructions


def criterion(
    decoded: Tensor, mean: Tensor, log_variance: Tensor, data: Tensor
) -> dict[str, Tensor]:
    """Decoder outputs [B, ...], latents [B, Z] twice, data [B, ...] -> nats per sample, by term."""
    return {
        "reconstruction": reconstruction(decoded, data).mean(),
        "kl": BETA * kl_normal(mean, log_variance).sum(dim=1).mean(),
    }
