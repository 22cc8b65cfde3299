"""The next steps of a time series."""

import math

import torch
from losses.mse import criterion
from models.series import LENGTH, network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
HORIZON = 8  # future steps to predict


def build_model() -> nn.Module:
    """The model gives one number per future step, [B, H], in units of the series' scale."""
    return network(HORIZON)


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
    """Forecasts [B, H] and targets [B, H], both float32 and scaled -> scalar."""
    assert prediction.shape == targets.shape, f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> Tensor:
    """Forecasts [B, H] in units of each series' scale; times the scale they are in its own."""
    return prediction


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    past, future = toy_series()
    scale = scale_of(past)
    with torch.no_grad():
        forecast = scale * predict(model(toy_inputs(past / scale).to(DEVICE))).cpu()
    error = (forecast - future) / scale
    error = error[~error.isnan()]  #: if incomplete
    mae = error.abs().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, mean error {mae:.1%} of a series' scale")
