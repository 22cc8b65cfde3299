"""A training loop for a policy that learns from what it sampled itself, by several terms."""

from collections.abc import Callable

import torch
from torch import nn

STEPS = 30
UPDATES = 2  # on each batch of answers; the clip keeps the later ones close to the policy before
LEARNING_RATE = 5e-3
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


def train(model: nn.Module, batch: Callable, loss_terms: Callable) -> list[dict[str, float]]:
    """Train `model` in place; `batch` samples anew each time. Returns the terms of each update."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    log = []
    for _ in range(STEPS):
        inputs, *targets = (tensor.to(DEVICE) for tensor in batch())
        for _ in range(UPDATES):
            terms = loss_terms(*model(inputs), *targets)
            optimizer.zero_grad()
            sum(terms.values()).backward()
            optimizer.step()
            log.append({name: term.item() for name, term in terms.items()})
    return log
