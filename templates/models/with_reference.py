"""A policy, and the frozen copy that it is compared with."""

import torch
from torch import Tensor, nn


class WithReference(nn.Module):
    """Token ids [..., T] -> logits [..., T, V] of the policy, and of the reference."""

    def __init__(self, policy: nn.Module, reference: nn.Module) -> None:
        super().__init__()
        reference.load_state_dict(policy.state_dict())
        self.policy, self.reference = policy, reference.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> nn.Module:
        self.policy.train(mode)  # never the reference: dropout would make it another each time
        return self

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            reference = self.reference(ids)
        return self.policy(ids), reference
