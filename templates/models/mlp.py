"""A multi-layer perceptron for rows of a table."""

import torch
from torch import Tensor, nn

FEATURES = 16  # columns of your table


def network(outputs: int) -> nn.Module:
    """Rows [B, FEATURES] float32 -> [B, outputs]; replace it with your model."""
    return nn.Sequential(nn.Linear(FEATURES, 64), nn.ReLU(), nn.Linear(64, outputs))


def toy_inputs(signal: Tensor) -> Tensor:
    """Rows [B, FEATURES] float32 that carry `signal` [B, S]."""
    mixing = torch.randn(signal.shape[1], FEATURES, generator=torch.Generator().manual_seed(0))
    return signal @ mixing
