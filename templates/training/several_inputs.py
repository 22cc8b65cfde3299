"""A training loop for one network that takes several inputs and gives as many outputs."""

from collections.abc import Callable

import torch
from torch import nn

INPUTS = 2  # the first tensors of a batch go into the model, the others into the loss
STEPS = 300
LEARNING_RATE = 3e-3
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


def train(model: nn.Module, batch: Callable, loss_fn: Callable) -> list[float]:
    """Train `model` in place; returns the loss of each step."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    losses = []
    for _ in range(STEPS):
        tensors = [tensor.to(DEVICE) for tensor in batch()]
        loss = loss_fn(*model(*tensors[:INPUTS]), *tensors[INPUTS:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
