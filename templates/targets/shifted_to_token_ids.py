"""Labels that were shifted already, back to the places of their own tokens."""

import torch.nn.functional as F
from torch import Tensor


def store(token_ids: Tensor) -> Tensor:
    """Toy data in the stored format: the label at t is token t + 1."""
    return F.pad(token_ids[:, 1:], (0, 1), value=-100)


def convert(shifted: Tensor) -> Tensor:
    """Labels [B, T], one place too early -> [B, T] int64; the first token has none.

    The last label is lost: keep it by shifting nothing, here and in the loss.
    """
    return F.pad(shifted[:, :-1], (1, 0), value=-100)
