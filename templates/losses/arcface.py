"""ArcFace, an additive margin of the angle (Deng et al. 2019, arXiv 1801.07698)."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

MARGIN = 0.5  # radians
SCALE = 64.0  # cosines lie in -1 .. 1: too narrow for a softmax
EDGE = 1 - 1e-7  # the slope of the arc cosine is infinite at 1


def criterion(cosines: Tensor, labels: Tensor) -> Tensor:
    """Cosines [B, C] to a direction of each class, class indices [B] -> scalar."""
    own = cosines.gather(1, labels[:, None])
    angles = own.clamp(-EDGE, EDGE).acos() + MARGIN
    beyond = own - MARGIN * math.sin(MARGIN)  # past pi the cosine would rise again
    harder = torch.where(angles < math.pi, angles.cos(), beyond)
    return F.cross_entropy(SCALE * cosines.scatter(1, labels[:, None], harder), labels)
