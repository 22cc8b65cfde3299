"""CoSENT: cosines in the order of the scores."""

import torch
import torch.nn.functional as F
from torch import Tensor

SCALE = 20.0  # 1 / temperature 0.05: it multiplies the cosines


def criterion(left: Tensor, right: Tensor, scores: Tensor) -> Tensor:
    """[B, D] each, scores [B]: of two pairs, the one with the higher score must be closer."""
    cosines = SCALE * F.cosine_similarity(left, right, dim=-1)
    scores, order = scores.sort()
    cosines = cosines[order]
    sums = torch.cat([cosines.new_full((1,), -torch.inf), cosines.logcumsumexp(dim=0)])
    lower = sums[torch.searchsorted(scores, scores)]  # [i]: over the pairs j with a lower score
    return torch.cat([cosines.new_zeros(1), lower - cosines]).logsumexp(
        dim=0
    )  # log(1 + sum of exp)
