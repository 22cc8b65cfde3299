"""Kahneman-Tversky optimization, from thumbs up and down (Ethayarajh et al. 2024)."""

import torch
from torch import Tensor

BETA = 0.1  # per nat; smaller lets the policy go further from the reference
UP_WEIGHT = 1.0  # times ups should be 1 to 4/3 times ...
DOWN_WEIGHT = 1.0  # ... this times downs


def criterion(ratios: Tensor, drift: Tensor, up: Tensor) -> Tensor:
    """Log-ratios of answers to the reference, of other prompts' answers, thumbs, [B] -> scalar."""
    baseline = drift.detach().mean().clamp(min=0)  # about a KL divergence: never below 0
    gain = BETA * (ratios - baseline)
    weight, side = torch.where(up, UP_WEIGHT, DOWN_WEIGHT), torch.where(up, -1.0, 1.0)
    return (weight * (side * gain).sigmoid()).mean()
