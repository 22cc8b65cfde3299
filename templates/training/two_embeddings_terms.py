"""A training loop for a network that embeds two inputs, and a loss of several terms."""

from collections.abc import Callable

import torch
from torch import nn

STEPS = 300
LEARNING_RATE = 1e-2
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


def train(model: nn.Module, batch: Callable, loss_terms: Callable) -> list[dict[str, float]]:
    """Train `model` in place; returns the terms of the loss at each step, times their weights."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    log = []
    for _ in range(STEPS):
        first, second = (tensor.to(DEVICE) for tensor in batch())
        terms = loss_terms(*model(first, second))
        optimizer.zero_grad()
        sum(terms.values()).backward()
        optimizer.step()
        log.append({name: term.item() for name, term in terms.items()})
    return log
