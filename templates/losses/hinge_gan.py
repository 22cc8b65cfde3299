"""Hinge losses of a GAN, with R1."""

from losses.r1 import penalty as penalty
from torch import Tensor

DISCRIMINATOR_STEPS = 1  # for each step of the generator


def criterion(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Raw scores [B] of real and of fake samples -> the discriminator's loss, a scalar."""
    return (1 - real_scores).relu().mean() + (1 + fake_scores).relu().mean()


def generator_loss(fake_scores: Tensor) -> Tensor:
    """Raw scores [B] of fake samples -> scalar, without a lower bound."""
    return -fake_scores.mean()
