"""AnglE (Li & Li 2023, arXiv 2309.12871): angles of complex numbers in the order of the scores."""

import torch
import torch.nn.functional as F
from torch import Tensor

SCALE = 20.0  # 1 / temperature 0.05: it multiplies the similarities


def criterion(left: Tensor, right: Tensor, scores: Tensor) -> Tensor:
    """[B, D] each, D even, scores [B]: of two pairs, the one with the higher score is closer.

    The first half of an embedding is read as real parts, the second as imaginary ones.
    """
    a, b = F.normalize(left, dim=-1).chunk(2, dim=-1)
    c, d = F.normalize(right, dim=-1).chunk(2, dim=-1)
    quotient = a * c + b * d + b * c - a * d  # real and imaginary part of left / right
    angles = SCALE * quotient.sum(dim=-1).abs()
    scores, order = scores.sort()
    angles = angles[order]
    sums = torch.cat([angles.new_full((1,), -torch.inf), angles.logcumsumexp(dim=0)])
    lower = sums[torch.searchsorted(scores, scores)]  # [i]: over the pairs j with a lower score
    return torch.cat([angles.new_zeros(1), lower - angles]).logsumexp(dim=0)  # log(1 + sum of exp)
