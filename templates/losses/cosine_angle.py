"""One minus the cosine of the angle between prediction and target."""

import torch
import torch.nn.functional as F
from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Sines and cosines [..., 2] of any length, angles [...] in radians, float32 -> scalar."""
    direction = F.normalize(prediction, dim=-1)
    wanted = torch.stack([target.sin(), target.cos()], dim=-1)
    return (1 - (direction * wanted).sum(dim=-1)).mean()
