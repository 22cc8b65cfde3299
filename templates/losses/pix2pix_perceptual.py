"""As Pix2Pix, with least squares against the discriminator and a perceptual term."""

import torch.nn.functional as F
from losses.feature_distance import feature_distance
from losses.least_squares import discriminator_criterion as discriminator_criterion
from torch import Tensor

L1_WEIGHT, PERCEPTUAL_WEIGHT = 10.0, 10.0  # 10 : 10 : 1 as in Real-ESRGAN; pix2pixHD has 10 : 1


def criterion(image: Tensor, scores: Tensor, target: Tensor) -> dict[str, Tensor]:
    """Made images, raw scores, true images -> the generator's terms, each times its weight."""
    return {
        "adversarial": ((scores - 1) ** 2).mean(),
        "l1": L1_WEIGHT * F.l1_loss(image, target),
        "perceptual": PERCEPTUAL_WEIGHT * feature_distance((image + 1) / 2, (target + 1) / 2),
    }
