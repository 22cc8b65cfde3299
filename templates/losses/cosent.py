"""CoSENT: cosines in the order of the scores."""

import torch
import torch.nn.functional as F
from torch import Tensor

SCALE = 20.0  # 1 / temperature 0.05: it multiplies the cosines


def criterion(left: Tensor, right: Tensor, scores: Tensor) -> Tensor:
    """[B, D] each, scores [B]: of two pairs, the one with the higher score must be closer."""
    cosines = SCALE * F.cosine_similarity(left, right, dim=-1)
    lead = cosines - cosines[:, None]  # [i, j]: how much closer pair j is than pair i
    wrong = lead[scores[:, None] > scores]
    return torch.cat([wrong.new_zeros(1), wrong]).logsumexp(dim=0)  # log(1 + sum of exp)
