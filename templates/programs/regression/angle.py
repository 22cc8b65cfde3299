"""An angle per sample."""

import math

import torch
from losses.cosine_angle import criterion
from models.mlp import network, toy_inputs
from targets.degrees_to_radians import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15


def build_model() -> nn.Module:
    """The model gives a sine and a cosine, [B, 2], of any length: no activation."""
    return network(2)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, angles [B] float32 in 0 .. 2 pi."""
    signal = torch.randn(BATCH_SIZE, 2)
    targets = torch.atan2(signal[:, 0], signal[:, 1]).remainder(2 * math.pi)
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    """Sines and cosines [B, 2] and angles [B] in radians, both float32 -> scalar."""
    assert prediction.shape == (*targets.shape, 2), f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    assert not (targets.abs() > 2 * math.pi).any(), "an angle is not in 0 .. 2 pi: degrees?"
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> Tensor:
    """Sines and cosines [B, 2] -> angles [B] in 0 .. 2 pi."""
    return torch.atan2(prediction[..., 0], prediction[..., 1]).remainder(2 * math.pi)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        angles = predict(model(inputs.to(DEVICE))).cpu()
    error = (angles - targets + math.pi).remainder(2 * math.pi) - math.pi  # the short way round
    error = error[~error.isnan()]  #: if incomplete
    mae = error.abs().mean().rad2deg()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, mean error {mae:.1f} degrees")
