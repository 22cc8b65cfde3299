"""Generalized advantage estimation (Schulman et al. 2016)."""

import torch
from torch import Tensor

DISCOUNT = 1.0  # an answer's reward counts for its first token as much as for its last
TRACE = 0.95  # lambda: 1 trusts the rewards, 0 the critic


def generalized_advantages(
    rewards: Tensor, values: Tensor, counts: Tensor
) -> tuple[Tensor, Tensor]:
    """Rewards and values of tokens [B, T], which of them count -> advantages, returns [B, T]."""
    values = values.masked_fill(~counts, 0)  # nothing comes after the end
    advantage, following = torch.zeros_like(values[:, 0]), torch.zeros_like(values[:, 0])
    advantages = torch.zeros_like(values)
    for step in reversed(range(values.shape[1])):
        error = rewards[:, step] + DISCOUNT * following - values[:, step]
        advantage = (error + DISCOUNT * TRACE * advantage) * counts[:, step]
        advantages[:, step], following = advantage, values[:, step]
    return advantages, advantages + values


def whitened(values: Tensor, counts: Tensor) -> Tensor:
    """Mean 0 and deviation 1 over what counts."""
    known = values[counts]
    return (values - known.mean()) / (known.std(correction=0) + 1e-8)
