"""A share between 0 and 1 per sample, with a spread of its own."""

import torch
from losses.beta_distribution_nll import PRECISION_LIMIT, criterion
from models.mlp import network, toy_inputs
from targets.percent_to_fraction import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15


def build_model() -> nn.Module:
    """The model gives the mean's logit and the log-precision, [B, 2]: no activation."""
    return network(2)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, shares [B] float32 in 0..1."""
    signal = torch.randn(BATCH_SIZE, 4)
    targets = (signal.sum(dim=1) / 2).sigmoid()
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    """Logit of the mean and log-precision [B, 2] and shares [B], both float32 -> scalar."""
    assert prediction.shape == (*targets.shape, 2), f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    assert not ((targets < 0) | (targets > 1)).any(), "a share is not in 0..1: a percent?"
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs [B, 2] -> mean share [B] and standard deviation [B]."""
    logit, log_precision = prediction.unbind(dim=-1)
    mean = logit.sigmoid()
    precision = log_precision.clamp(-PRECISION_LIMIT, PRECISION_LIMIT).exp()
    return mean, (mean * (1 - mean) / (1 + precision)).sqrt()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        means, stds = (part.cpu() for part in predict(model(inputs.to(DEVICE))))
    distance = (means - targets).abs() / stds
    distance = distance[~distance.isnan()]  #: if incomplete
    coverage = (distance <= 2).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, two deviations cover {coverage:.0%}")
