"""L1 of the pixels and of the features of a frozen network."""

import torch.nn.functional as F
from losses.feature_distance import feature_distance
from torch import Tensor

L1_WEIGHT, PERCEPTUAL_WEIGHT = 1.0, 1.0  # Real-ESRGAN, for images in 0..1


def criterion(prediction: Tensor, target: Tensor) -> dict[str, Tensor]:
    """RGB images [B, 3, H, W] float32 in 0..1 -> the terms, each times its weight."""
    return {
        "l1": L1_WEIGHT * F.l1_loss(prediction, target),
        "perceptual": PERCEPTUAL_WEIGHT * feature_distance(prediction, target),
    }
