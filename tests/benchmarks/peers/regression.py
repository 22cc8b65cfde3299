"""Losses of regression and what they are measured against."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tests.benchmarks.losses import Case, Loss
from tests.losses.parts import template

SAMPLES = ((64,), (4096,), (1_000_000,))


def pairs(count: int) -> tuple[Tensor, Tensor]:
    """Predictions and targets [N]."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(count, generator=generator).requires_grad_(), torch.randn(count, generator=generator)


def kornia_charbonnier() -> Loss:
    from kornia.losses import charbonnier_loss

    return lambda x, y: charbonnier_loss(x, y, reduction="mean")


CASES = [
    Case("log_cosh", SAMPLES, pairs, template("losses.log_cosh").criterion, {}),
    Case("pseudo_huber", SAMPLES, pairs, template("losses.pseudo_huber").criterion, {"kornia": kornia_charbonnier}),
    Case("huber", SAMPLES, pairs, template("losses.huber").criterion, {"torch": nn.HuberLoss}),
]
