"""The next counts or amounts of a time series, predicted on the log scale."""

import math

import torch
from losses.poisson_nll import criterion
from models.series import LENGTH, network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
HORIZON = 8  # future steps to predict


def build_model() -> nn.Module:
    """The model gives the logarithm of each step's mean, [B, H]: no activation."""
    return network(HORIZON)


def toy_series() -> tuple[Tensor, Tensor]:
    """Past [B, LENGTH] and future [B, H] of series of very different scales, float32."""
    level, phase = torch.rand(2, BATCH_SIZE, 1)
    waves = torch.sin(torch.arange(LENGTH + HORIZON) / 2 + 2 * math.pi * phase)
    #: if not positive
    series = (10 ** (1 + level) * (1.2 + waves) - 5).clamp(min=0)
    #: else
    series = 10 ** (1 + level) * (1.2 + waves)
    #: end
    series = series.floor()  #: if count
    past, future = series.split([LENGTH, HORIZON], dim=1)
    future[::2, -2:] = torch.nan  #: if incomplete
    future = convert(store(future))  #: if convert
    return past, future


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: log of the past, targets [B, H] float32."""
    past, future = toy_series()
    return toy_inputs(past.log1p()), future  # on the log scale, each series' level is a shift


def loss_fn(log_mean: Tensor, targets: Tensor) -> Tensor:
    """Logs of the mean and targets (not their logarithms), both [B, H] float32 -> scalar."""
    assert log_mean.shape == targets.shape, f"{log_mean.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    log_mean, targets = log_mean[known], targets[known]
    if not known.any():
        return log_mean.sum()  # a zero that still has gradients
    #: end
    assert not (targets <= 0).any(), "a target is 0 or less"  #: if positive
    assert not (targets < 0).any(), "a target is negative"  #: if not positive
    return criterion(log_mean.float(), targets.float())


def predict(log_mean: Tensor) -> Tensor:
    """Logs of the mean [B, H] -> means [B, H] in the targets' unit."""
    return log_mean.exp()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, future = batch()
    with torch.no_grad():
        forecast = predict(model(inputs.to(DEVICE))).cpu()
    #: if incomplete
    known = ~future.isnan()
    forecast, future = forecast[known], future[known]
    #: end
    mae, bias = (forecast - future).abs().mean(), forecast.mean() / future.mean() - 1
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, MAE {mae:.3f}, bias {bias:+.1%}")
