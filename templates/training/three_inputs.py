"""A training loop for one network with three inputs and several outputs, and one loss."""

from collections.abc import Callable

import torch
from torch import nn

STEPS = 300
LEARNING_RATE = 1e-2
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


def train(model: nn.Module, batch: Callable, loss_fn: Callable) -> list[float]:
    """Train `model` in place; returns the loss of each step."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    losses = []
    for _ in range(STEPS):
        first, second, third, *targets = (tensor.to(DEVICE) for tensor in batch())
        loss = loss_fn(*model(first, second, third), *targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
