"""A number per sample that can't be negative, or that lies between 0 and 1."""

import torch
from losses.l1 import criterion
from models.mlp import network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15


def build_model() -> nn.Module:
    """The model gives one number per sample, [B], that can't leave the targets' range."""
    #: if fraction
    bound = nn.Sigmoid()
    #: else
    bound = nn.Softplus()
    #: end
    return nn.Sequential(network(1), nn.Flatten(0), bound)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, targets [B] float32."""
    signal = torch.randn(BATCH_SIZE, 4)
    #: if fraction
    targets = signal.sum(dim=1).div(2).sigmoid()
    #: else
    targets = (2 + signal.sum(dim=1) / 2).clamp(min=0).round()
    #: end
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


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
    """Predictions [B] -> the same: they are in the targets' unit."""
    return prediction


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        values = predict(model(inputs.to(DEVICE))).cpu()
    error = values - targets
    error = error[~error.isnan()]  #: if incomplete
    mae, bias = error.abs().mean(), error.mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, MAE {mae:.3f}, bias {bias:+.3f}")
