"""Squared error with weights that stop growing where there is little noise: Min-SNR."""

import torch
import torch.nn.functional as F
from torch import Tensor

MOST_SNR = 5.0  # gamma: the weight of a clean sample's error is its SNR, but at most this


def criterion(prediction: Tensor, target: Tensor, snr: Tensor) -> Tensor:
    """Prediction and target [B, ...], signal-to-noise ratios [B], all float32 -> scalar."""
    error = F.mse_loss(prediction, target, reduction="none").flatten(1).mean(dim=1)
    #: if clean
    weight = snr.clamp(max=MOST_SNR)
    #: else
    weight = torch.where(snr > 0, snr.clamp(max=MOST_SNR) / snr.clamp(min=1e-12), 1)  # not 0 / 0
    #: end
    return (weight * error).mean()
