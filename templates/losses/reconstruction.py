"""Negative log-likelihood of the data given the latents, up to a constant."""

import torch.nn.functional as F
from torch import Tensor

NOISE_STD = 0.1  # spread of the noise in your data, in their unit  #: if real


def reconstruction(decoded: Tensor, data: Tensor) -> Tensor:
    """Decoder outputs and data [B, ...] -> nats [B], summed over all that one sample holds."""
    #: if real
    nats = F.mse_loss(decoded, data, reduction="none") / (2 * NOISE_STD**2)
    #: else
    nats = F.binary_cross_entropy_with_logits(decoded, data, reduction="none")
    #: end
    return nats.flatten(1).sum(dim=1)
