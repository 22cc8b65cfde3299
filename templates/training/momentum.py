"""A training loop for two inputs and a network that follows another one."""

from collections.abc import Callable

import torch
from torch import nn

STEPS = 300
LEARNING_RATE = 1e-2
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


def train(model: nn.Module, batch: Callable, loss_fn: Callable) -> list[float]:
    """Train `model` in place, its slow part by `model.follow()`; returns the loss of each step."""
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(learned, lr=LEARNING_RATE)
    losses = []
    for _ in range(STEPS):
        first, second = (tensor.to(DEVICE) for tensor in batch())
        loss = loss_fn(*model(first, second))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        model.follow()  # after each step
        losses.append(loss.item())
    return losses
