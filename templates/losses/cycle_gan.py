"""CycleGAN without an identity term: look real to both discriminators, and find the way back."""

import torch
import torch.nn.functional as F
from losses.least_squares import discriminator_criterion as discriminator_criterion
from torch import Tensor

CYCLE_WEIGHT = 10.0  # for images in -1..1; Zhu et al. 2017


def criterion(cycled: Tensor, scores: Tensor, images: Tensor) -> dict[str, Tensor]:
    """Images and scores of A and B, [2, B, ...] float32 -> the generators' terms with weights."""
    return {
        "adversarial": F.mse_loss(scores, torch.ones_like(scores)),
        "cycle": CYCLE_WEIGHT * F.l1_loss(cycled, images),
    }
