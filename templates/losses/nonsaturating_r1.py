"""Logistic losses of a GAN whose generator's gradient does not vanish, with R1."""

import torch.nn.functional as F
from losses.r1 import penalty as penalty
from torch import Tensor

DISCRIMINATOR_STEPS = 1  # for each step of the generator


def criterion(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Raw scores [B] of real and of fake samples -> the discriminator's loss, a scalar."""
    return F.softplus(-real_scores).mean() + F.softplus(fake_scores).mean()


def generator_loss(fake_scores: Tensor) -> Tensor:
    """Raw scores [B] of fake samples -> scalar; steepest where the discriminator is sure."""
    return F.softplus(-fake_scores).mean()
