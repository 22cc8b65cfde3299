"""The next counts of a time series, whose variance is larger than their mean."""

import math

import torch
from losses.negative_binomial_nll import criterion
from losses.spread import location_and_spread
from models.series import LENGTH, network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
HORIZON = 8  # future steps to predict


def build_model() -> nn.Module:
    """The model gives the logs of mean and dispersion of each step, [B, H, 2]: no activation."""
    return nn.Sequential(network(HORIZON * 2), nn.Unflatten(1, (HORIZON, 2)))


def toy_series() -> tuple[Tensor, Tensor]:
    """Past [B, LENGTH] and future [B, H] of series of very different scales, float32."""
    level, phase = torch.rand(2, BATCH_SIZE, 1)
    waves = torch.sin(torch.arange(LENGTH + HORIZON) / 2 + 2 * math.pi * phase)
    series = (10 ** (1 + level) * (1.2 + waves)).sub(5).clamp(min=0).floor()
    past, future = series.split([LENGTH, HORIZON], dim=1)
    future[::2, -2:] = torch.nan  #: if incomplete
    future = convert(store(future))  #: if convert
    return past, future


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: log of the past, counts [B, H] float32."""
    past, future = toy_series()
    return toy_inputs(past.log1p()), future  # on the log scale, each series' level is a shift


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    """Log-means and log-dispersions [B, H, 2] and counts [B, H], both float32 -> scalar."""
    assert prediction.shape == (*targets.shape, 2), f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    assert not (targets < 0).any(), "a count is negative"
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> tuple[Tensor, Tensor]:
    """Log-means and log-dispersions [B, H, 2] -> means and standard deviations [B, H]."""
    log_mean, log_dispersion = location_and_spread(prediction)
    mean = log_mean.exp()
    return mean, (mean + log_dispersion.exp() * mean.square()).sqrt()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, future = batch()
    with torch.no_grad():
        means, stds = (part.cpu() for part in predict(model(inputs.to(DEVICE))))
    #: if incomplete
    known = ~future.isnan()
    means, stds, future = means[known], stds[known], future[known]
    #: end
    inside = ((future - means).abs() <= 2 * stds).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, two deviations cover {inside:.0%}")
