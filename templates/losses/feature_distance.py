"""How far apart two images are to a frozen network (perceptual distance)."""

import torch.nn.functional as F
from models.features import features
from torch import Tensor


def feature_distance(image: Tensor, target: Tensor) -> Tensor:
    """RGB images [B, 3, H, W] float32 in 0..1 -> mean absolute difference of the features."""
    pairs = [*zip(features(image), features(target.detach()), strict=True)]
    return sum(F.l1_loss(a, b) for a, b in pairs) / len(pairs)
