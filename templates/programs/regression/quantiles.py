"""Quantiles of a number per sample."""

import torch
import torch.nn.functional as F
from losses.pinball import QUANTILES, criterion
from models.mlp import network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
MEAN = 0.0  # of your training targets: the loss wants numbers of about size 1  #: set mean
STD = 1.0  # their spread  #: set std


class Increasing(nn.Module):
    """Raw outputs [..., Q] -> quantiles that can't cross: the lowest, then steps upwards."""

    def forward(self, raw: Tensor) -> Tensor:
        lowest, steps = raw[..., :1], F.softplus(raw[..., 1:])
        return torch.cat([lowest, lowest + steps.cumsum(dim=-1)], dim=-1)


def build_model() -> nn.Module:
    """The model gives one standardised quantile for each level, [B, Q], in rising order."""
    return nn.Sequential(network(len(QUANTILES)), Increasing())


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, standardised targets [B] float32."""
    signal = torch.randn(BATCH_SIZE, 4)
    targets = MEAN + STD * signal.sum(dim=1)
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), (targets - MEAN) / STD


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    """Quantiles [B, Q] and targets [B], both float32 -> scalar."""
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
    """Quantiles [B, Q] -> the same in the targets' unit."""
    return prediction * STD + MEAN


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        quantiles = predict(model(inputs.to(DEVICE))).cpu()
    targets = targets * STD + MEAN
    inside = (quantiles[:, 0] <= targets) & (targets <= quantiles[:, -1])
    inside = inside[~targets.isnan()]  #: if incomplete
    wanted, coverage = QUANTILES[-1] - QUANTILES[0], inside.float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, {wanted:.0%} interval covers {coverage:.0%}")
