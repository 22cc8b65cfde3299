"""Least-squares losses of a GAN."""

import torch
import torch.nn.functional as F
from torch import Tensor

DISCRIMINATOR_STEPS = 1  # for each step of the generator


def criterion(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Raw scores [B], 1 for real and 0 for fake samples -> the discriminator's loss, a scalar."""
    real = F.mse_loss(real_scores, torch.ones_like(real_scores))
    return 0.5 * (real + fake_scores.square().mean())


def generator_loss(fake_scores: Tensor) -> Tensor:
    """Raw scores [B] of fake samples, which should be 1 -> scalar."""
    return 0.5 * F.mse_loss(fake_scores, torch.ones_like(fake_scores))
