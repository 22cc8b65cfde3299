"""A real number per sample."""

import torch
from losses.mse import criterion
from models.mlp import network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
MEAN = 0.0  # of your training targets: the loss wants numbers of about size 1  #: set mean
STD = 1.0  # their spread  #: set std


def build_model() -> nn.Module:
    """The model gives one standardised number per sample, [B]."""
    return nn.Sequential(network(1), nn.Flatten(0))


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, standardised targets [B] float32."""
    signal = torch.randn(BATCH_SIZE, 4)
    targets = MEAN + STD * signal.sum(dim=1)
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), (targets - MEAN) / STD


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    """Predictions [B] and targets [B], both float32 -> scalar."""
    assert prediction.shape == targets.shape, f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> Tensor:
    """Predictions [B] -> the same in the targets' unit."""
    return prediction * STD + MEAN


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        values = predict(model(inputs.to(DEVICE))).cpu()
    error = values - (targets * STD + MEAN)
    error = error[~error.isnan()]  #: if incomplete
    mae, rmse = error.abs().mean(), error.square().mean().sqrt()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, MAE {mae:.3f}, RMSE {rmse:.3f}")
