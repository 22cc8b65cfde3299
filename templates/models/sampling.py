"""Answers that a policy samples."""

import torch
from models.policy import ANSWER
from torch import Tensor, nn


@torch.no_grad()
def sample(policy: nn.Module, prompts: Tensor) -> Tensor:
    """Prompts [..., PROMPT] -> each with an answer of the policy, [..., PROMPT + ANSWER]."""
    ids = prompts.to(next(policy.parameters()).device)
    for _ in range(ANSWER):
        chances = policy(ids)[..., -1, :].softmax(dim=-1)
        word = torch.multinomial(chances.flatten(0, -2), 1).unflatten(0, ids.shape[:-1])
        ids = torch.cat([ids, word], dim=-1)
    return ids
