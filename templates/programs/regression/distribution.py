"""A real number per sample, with a spread of its own."""

import torch
from losses.gaussian_nll import criterion
from losses.spread import location_and_spread
from models.mlp import network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
MEAN = 0.0  # of your training targets: the loss wants numbers of about size 1  #: set mean
STD = 1.0  # their spread  #: set std
#: if student_t
REACH = 2.132  # 90 % of a Student-t with 4 degrees of freedom lie within this many scales
#: else
REACH = 1.645  # 90 % of a normal distribution lie within this many standard deviations
#: end


def build_model() -> nn.Module:
    """The model gives a location and the log of a spread, [B, 2]: no activation."""
    return network(2)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, standardised targets [B] float32."""
    signal = torch.randn(BATCH_SIZE, 4)
    targets = MEAN + STD * signal.sum(dim=1)
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), (targets - MEAN) / STD


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    #: if student_t
    """Locations and log-scales [B, 2] and targets [B], both float32 -> scalar."""
    #: else
    """Means and log-variances [B, 2] and targets [B], both float32 -> scalar."""
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
    """Outputs [B, 2] -> location [B] and scale [B] in the targets' unit."""
    location, spread = location_and_spread(prediction)
    #: if student_t
    scale = spread.exp()
    #: else
    scale = (spread / 2).exp()
    #: end
    return location * STD + MEAN, scale * STD


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        locations, scales = (part.cpu() for part in predict(model(inputs.to(DEVICE))))
    distance = (targets * STD + MEAN - locations).abs() / scales
    distance = distance[~distance.isnan()]  #: if incomplete
    coverage = (distance <= REACH).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, 90 % interval covers {coverage:.0%}")
