"""A training loop for two towers with a learned scale."""

import math
from collections.abc import Callable

import torch
from torch import nn

STEPS = 300
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 0.2  # CLIP
MAX_SCALE = 100.0
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device


def train(model: nn.Module, batch: Callable, loss_fn: Callable) -> list[float]:
    """Train `model` in place; returns the loss of each step."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]  # the scale among them: no decay
    groups = [{"params": matrices}, {"params": rest, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    losses = []
    for _ in range(STEPS):
        images, texts, *others = (tensor.to(DEVICE) for tensor in batch())
        loss = loss_fn(*model(images, texts), *others)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():  # after the step: inside forward() it would stop the gradient
            model.log_scale.clamp_(0, math.log(MAX_SCALE))
        losses.append(loss.item())
    return losses
