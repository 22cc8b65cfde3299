"""Least-squares losses of a GAN."""

from torch import Tensor

DISCRIMINATOR_STEPS = 1  # for each step of the generator


def criterion(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Raw scores [B], 1 for real and 0 for fake samples -> the discriminator's loss, a scalar."""
    return 0.5 * ((real_scores - 1).square().mean() + fake_scores.square().mean())


def generator_loss(fake_scores: Tensor) -> Tensor:
    """Raw scores [B] of fake samples, which should be 1 -> scalar."""
    return 0.5 * (fake_scores - 1).square().mean()
