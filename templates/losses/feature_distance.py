"""How far apart two images are to a frozen network (perceptual distance)."""

import torch
import torch.nn.functional as F
from models.features import features
from torch import Tensor


def feature_distance(image: Tensor, target: Tensor) -> Tensor:
    """RGB images [B, 3, H, W] float32 in 0..1 -> mean absolute difference of the features."""
    with torch.no_grad():
        wanted = features(target)
    found = features(image)  # not under no_grad: the image gets its gradient here
    pairs = [F.l1_loss(a.float(), b.float()) for a, b in zip(found, wanted, strict=True)]
    return sum(pairs) / len(pairs)
