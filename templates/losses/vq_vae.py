"""Loss of an autoencoder with discrete codes: VQ-VAE."""

import torch.nn.functional as F
from torch import Tensor

COMMITMENT_WEIGHT = 0.25  # how much the encoder follows the codes


def criterion(decoded: Tensor, latents: Tensor, codes: Tensor, data: Tensor) -> dict[str, Tensor]:
    """Decoder outputs [B, ...], latents and their codes [B, K, h, w], data [B, ...] -> terms.

    The codes move towards the latents, and the latents, more slowly, towards the codes.
    """
    return {
        "reconstruction": F.mse_loss(decoded, data),
        "codebook": F.mse_loss(codes, latents.detach()),
        "commitment": COMMITMENT_WEIGHT * F.mse_loss(latents, codes.detach()),
    }
