"""Pix2Pix: fool a discriminator that sees the input too, and stay near the true image."""

import torch.nn.functional as F
from torch import Tensor

L1_WEIGHT = 100.0  # for images in -1..1; Isola et al. 2017


def criterion(image: Tensor, scores: Tensor, target: Tensor) -> dict[str, Tensor]:
    """Made images, raw scores, true images -> the generator's terms, each times its weight."""
    return {
        "adversarial": F.softplus(-scores).mean(),  # -log sigmoid(scores)
        "l1": L1_WEIGHT * F.l1_loss(image, target),
    }


def discriminator_criterion(real: Tensor, made: Tensor) -> Tensor:
    """Raw scores (logits) of true and of made images -> cross-entropy with 1 and 0, halved."""
    return (F.softplus(-real).mean() + F.softplus(made).mean()) / 2
