"""Quantiles of the next steps of a time series."""

import math

import torch
import torch.nn.functional as F
from losses.pinball import QUANTILES, criterion
from models.series import LENGTH, network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
HORIZON = 8  # future steps to predict


class Increasing(nn.Module):
    """Raw outputs [..., Q] -> quantiles that can't cross: the lowest, then steps upwards."""

    def forward(self, raw: Tensor) -> Tensor:
        lowest, steps = raw[..., :1], F.softplus(raw[..., 1:])
        return torch.cat([lowest, lowest + steps.cumsum(dim=-1)], dim=-1)


def build_model() -> nn.Module:
    """The model gives rising quantiles of each step, [B, H, Q], in units of the series' scale."""
    raw = nn.Unflatten(1, (HORIZON, len(QUANTILES)))
    return nn.Sequential(network(HORIZON * len(QUANTILES)), raw, Increasing())


def toy_series() -> tuple[Tensor, Tensor]:
    """Past [B, LENGTH] and future [B, H] of series of very different scales, float32."""
    level, phase = torch.rand(2, BATCH_SIZE, 1)
    waves = torch.sin(torch.arange(LENGTH + HORIZON) / 2 + 2 * math.pi * phase)
    past, future = (10 ** (1 + 3 * level) * (2 + waves)).split([LENGTH, HORIZON], dim=1)
    future[::2, -2:] = torch.nan  #: if incomplete
    future = convert(store(future))  #: if convert
    return past, future


def scale_of(past: Tensor) -> Tensor:
    """Past [B, LENGTH] -> the scale [B, 1] of each series; without it the largest ones decide."""
    return past.abs().mean(dim=1, keepdim=True).clamp(min=1e-6)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, targets [B, H] float32, both scaled."""
    past, future = toy_series()
    return toy_inputs(past / scale_of(past)), future / scale_of(past)


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    """Quantiles [B, H, Q] and targets [B, H], both float32 and scaled -> scalar."""
    shape = (*targets.shape, len(QUANTILES))
    assert prediction.shape == shape, f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> Tensor:
    """Quantiles [B, H, Q] in units of each series' scale; times the scale they are in its own."""
    return prediction


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    past, future = toy_series()
    scale = scale_of(past)
    with torch.no_grad():
        quantiles = predict(model(toy_inputs(past / scale).to(DEVICE))).cpu() * scale[..., None]
    inside = (quantiles[..., 0] <= future) & (future <= quantiles[..., -1])
    inside = inside[~future.isnan()]  #: if incomplete
    wanted, coverage = QUANTILES[-1] - QUANTILES[0], inside.float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, {wanted:.0%} interval covers {coverage:.0%}")
