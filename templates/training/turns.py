"""What networks need that are trained in turns: an optimizer and a step for each."""

import torch
from torch import Tensor, nn

STEPS = 300
LEARNING_RATE, BETAS = 2e-3, (0.5, 0.999)  # for large networks 2e-4; Isola et al. 2017
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


def build_optimizers(model: nn.Module) -> dict[str, torch.optim.Optimizer]:
    """One for each part of the model, so that a step moves this part alone."""
    parts = model.named_children()
    return {name: torch.optim.Adam(part.parameters(), LEARNING_RATE, BETAS) for name, part in parts}


def descend(optimizer: torch.optim.Optimizer, terms: dict[str, Tensor]) -> dict[str, float]:
    """One step down the sum of the terms; returns each of them."""
    optimizer.zero_grad()
    sum(terms.values()).backward()
    optimizer.step()
    return {name: term.item() for name, term in terms.items()}
