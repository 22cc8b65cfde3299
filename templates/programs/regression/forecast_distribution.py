"""The next steps of a time series, each with a spread of its own."""

import math

import torch
from losses.gaussian_nll import criterion
from losses.spread import location_and_spread
from models.series import LENGTH, network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
HORIZON = 8  # future steps to predict
#: if student_t
REACH = 2.132  # 90 % of a Student-t with 4 degrees of freedom lie within this many scales
#: else
REACH = 1.645  # 90 % of a normal distribution lie within this many standard deviations
#: end


def build_model() -> nn.Module:
    """The model gives location and log of a spread of each step, [B, H, 2]: no activation."""
    return nn.Sequential(network(HORIZON * 2), nn.Unflatten(1, (HORIZON, 2)))


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
    #: if student_t
    """Locations and log-scales [B, H, 2] and targets [B, H], float32 and scaled -> scalar."""
    #: else
    """Means and log-variances [B, H, 2] and targets [B, H], float32 and scaled -> scalar."""
    #: end
    assert prediction.shape == (*targets.shape, 2), f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs [B, H, 2] -> location and scale [B, H]; times the series' scale in its own unit."""
    location, spread = location_and_spread(prediction)
    #: if student_t
    return location, spread.exp()
    #: else
    return location, (spread / 2).exp()
    #: end


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    past, future = toy_series()
    scale = scale_of(past)
    with torch.no_grad():
        outputs = predict(model(toy_inputs(past / scale).to(DEVICE)))
    locations, spreads = (scale * part.cpu() for part in outputs)
    distance = (future - locations).abs() / spreads
    distance = distance[~distance.isnan()]  #: if incomplete
    coverage = (distance <= REACH).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, 90 % interval covers {coverage:.0%}")
