"""Kahneman-Tversky optimization, from thumbs up and down (Ethayarajh et al. 2024)."""

import torch
from losses.answer_total import answer_total
from torch import Tensor

BETA = 0.1  # per nat; smaller lets the policy go further from the reference
UP_WEIGHT = 1.0  # UP_WEIGHT * ups / (DOWN_WEIGHT * downs) should lie in 1 .. 4/3
DOWN_WEIGHT = 1.0


def criterion(ratios: Tensor, counts: Tensor, drift: Tensor, up: Tensor) -> Tensor:
    """Log-ratios [B, T] to the reference, which tokens count, drift [B], thumbs [B] -> scalar."""
    baseline = drift.detach().mean().clamp(min=0)  # about a KL divergence: never below 0
    gain = BETA * (answer_total(ratios, counts) - baseline)
    return torch.where(up, UP_WEIGHT * (-gain).sigmoid(), DOWN_WEIGHT * gain.sigmoid()).mean()
