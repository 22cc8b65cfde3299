"""Losses of a Wasserstein GAN with gradient penalty."""

import torch
from torch import Tensor, nn

GRADIENT_WEIGHT = 0.1  # lambda: 0.1 for points in a plane; 10 for images
DISCRIMINATOR_STEPS = 3  # for each step of the generator; 5 for images


def criterion(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Raw scores [B] of real and of fake samples -> the critic's loss: minus the distance."""
    return fake_scores.mean() - real_scores.mean()


def generator_loss(fake_scores: Tensor) -> Tensor:
    """Raw scores [B] of fake samples -> scalar, without a lower bound."""
    return -fake_scores.mean()


def penalty(discriminator: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """How far the slope of the scores is from 1, between real and fake samples [B, ...]."""
    share = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    between = (share * real + (1 - share) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(between).sum(), between, create_graph=True)
    norm = slope.flatten(1).norm(dim=1)  # of a whole sample: over one axis it is another number
    return GRADIENT_WEIGHT * (norm - 1).square().mean()
