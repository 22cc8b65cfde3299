"""A small convolutional network for windows of time series."""

from torch import Tensor, nn

LENGTH = 24  # past steps that the model sees


def network(outputs: int) -> nn.Module:
    """Windows [B, LENGTH] float32 -> [B, outputs]; replace it with your model."""
    return nn.Sequential(
        nn.Unflatten(1, (1, LENGTH)),
        nn.Conv1d(1, 16, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(8 * LENGTH, 64),
        nn.ReLU(),
        nn.Linear(64, outputs),
    )


def toy_inputs(signal: Tensor) -> Tensor:
    """Windows [B, LENGTH] float32: the signal itself."""
    return signal
