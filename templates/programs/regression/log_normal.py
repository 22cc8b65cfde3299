"""A positive amount per sample, with a spread of its own."""

import torch
from losses.log_normal_nll import criterion
from losses.spread import location_and_spread
from models.mlp import network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
REACH = 1.645  # 90 % of a normal distribution lie within this many standard deviations


def build_model() -> nn.Module:
    """The model gives mean and log-scale of the amount's logarithm, [B, 2]: no activation."""
    return network(2)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, amounts [B] float32."""
    signal = torch.randn(BATCH_SIZE, 4)
    targets = 1 + (1 + signal.sum(dim=1) / 2).exp()
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    """Mean and log-scale of the log [B, 2] and amounts [B], both float32 -> scalar."""
    assert prediction.shape == (*targets.shape, 2), f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    assert not (targets <= 0).any(), "an amount is 0 or less"
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Outputs [B, 2] -> median [B] and both ends [B] of the 90 % interval."""
    location, log_scale = location_and_spread(prediction)
    reach = REACH * log_scale.exp()
    return location.exp(), (location - reach).exp(), (location + reach).exp()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        medians, low, high = (part.cpu() for part in predict(model(inputs.to(DEVICE))))
    inside = (low <= targets) & (targets <= high)
    inside = inside[~targets.isnan()]  #: if incomplete
    coverage = inside.float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, 90 % interval covers {coverage:.0%}")
