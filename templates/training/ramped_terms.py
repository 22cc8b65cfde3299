"""A training loop for a loss of several terms, one of which gets its weight step by step."""

from collections.abc import Callable

import torch
from torch import nn

STEPS = 300
RAMPED, RAMP_STEPS = "boundary", 100  # this term starts at a hundredth of its weight
LEARNING_RATE = 1e-2
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


def train(model: nn.Module, batch: Callable, loss_terms: Callable) -> list[dict[str, float]]:
    """Train `model` in place; returns the terms of the loss at each step, times their weights."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    log = []
    for step in range(STEPS):
        inputs, *targets = (tensor.to(DEVICE) for tensor in batch())
        terms = loss_terms(model(inputs), *targets)
        terms[RAMPED] = terms[RAMPED] * min(1.0, (step + 1) / RAMP_STEPS)
        optimizer.zero_grad()
        sum(terms.values()).backward()
        optimizer.step()
        log.append({name: term.item() for name, term in terms.items()})
    return log
