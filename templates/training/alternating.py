"""A training loop for networks that take turns."""

from collections.abc import Callable

import torch
from torch import nn

STEPS = 300
LEARNING_RATE, BETAS = 2e-3, (0.5, 0.999)  # with large networks 2e-4; Isola et al. 2017
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


def optimizer(*networks: nn.Module) -> torch.optim.Optimizer:
    """Adam for all parameters of `networks`."""
    parameters = [parameter for network in networks for parameter in network.parameters()]
    return torch.optim.Adam(parameters, lr=LEARNING_RATE, betas=BETAS)


def alternate(
    model: nn.Module, optimizers: dict, batch: Callable, steps: list[Callable]
) -> list[dict[str, float]]:
    """Train `model` in place; returns the terms of each round."""
    history = []
    for _ in range(STEPS):
        tensors = [tensor.to(DEVICE) for tensor in batch()]
        terms = {}
        for step in steps:
            terms |= step(model, optimizers, *tensors)
        history.append(terms)
    return history
