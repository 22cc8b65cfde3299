"""Generalized advantage estimation (Schulman et al. 2016)."""

import torch
from torch import Tensor, nn

DISCOUNT = 1.0  # an answer's reward counts for its first token as much as for its last
TRACE = 0.95  # lambda: 1 trusts the rewards, 0 the critic


def generalized_advantages(rewards: Tensor, values: Tensor, counts: Tensor) -> Tensor:
    """Rewards and values of tokens [B, T], which of them count -> advantages [B, T]."""
    values = values.masked_fill(~counts, 0)  # nothing comes after the end
    following = nn.functional.pad(values[:, 1:], (0, 1))
    errors = (rewards + DISCOUNT * following - values).masked_fill(~counts, 0)
    place = torch.arange(values.shape[1], device=values.device)
    decay = (DISCOUNT * TRACE) ** (place[:, None] - place).clamp(min=0)
    return errors @ decay.tril().to(errors)
