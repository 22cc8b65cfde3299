"""R1: a penalty on the slope of a discriminator at real data."""

import torch
from torch import Tensor, nn

R1_WEIGHT = 1.0  # gamma: 1 for points in a plane; 10 for faces in StyleGAN2


def penalty(discriminator: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """R1: half the squared slope of the scores at real samples [B, ...], one norm per sample."""
    real = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(real).sum(), real, create_graph=True)
    return R1_WEIGHT / 2 * slope.flatten(1).square().sum(dim=1).mean()
