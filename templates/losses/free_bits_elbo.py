"""Evidence lower bound in which each latent may use some nats for free."""

from losses.kl_normal import kl_normal
from losses.reconstruction import reconstruction
from torch import Tensor

FREE_NATS = 0.25  # of each latent, on average over the batch


def criterion(
    decoded: Tensor, mean: Tensor, log_variance: Tensor, data: Tensor
) -> dict[str, Tensor]:
    """Decoder outputs [B, ...], latents [B, Z] twice, data [B, ...] -> nats per sample, by term."""
    used = kl_normal(mean, log_variance).mean(dim=0)  # [Z]
    return {
        "reconstruction": reconstruction(decoded, data).mean(),
        "kl": used.clamp(min=FREE_NATS).sum(),
    }
