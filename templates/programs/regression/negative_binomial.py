"""A count per sample whose variance is larger than its mean."""

import torch
from losses.negative_binomial_nll import criterion
from losses.spread import location_and_spread
from models.mlp import network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15


def build_model() -> nn.Module:
    """The model gives the logs of mean and dispersion, [B, 2]: no activation."""
    return network(2)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, counts [B] float32."""
    signal = torch.randn(BATCH_SIZE, 4)
    targets = (1 + signal.sum(dim=1) / 2).exp().sub(2).clamp(min=0).floor()
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    """Log-mean and log-dispersion [B, 2] and counts [B], both float32 -> scalar."""
    assert prediction.shape == (*targets.shape, 2), f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    assert not (targets < 0).any(), "a count is negative"
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> tuple[Tensor, Tensor]:
    """Log-mean and log-dispersion [B, 2] -> mean [B] and standard deviation [B]."""
    log_mean, log_dispersion = location_and_spread(prediction)
    mean = log_mean.exp()
    return mean, (mean + log_dispersion.exp() * mean.square()).sqrt()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        means, stds = (part.cpu() for part in predict(model(inputs.to(DEVICE))))
    #: if incomplete
    known = ~targets.isnan()
    means, stds, targets = means[known], stds[known], targets[known]
    #: end
    mae, bias = (means - targets).abs().mean(), means.mean() / targets.mean() - 1
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, MAE {mae:.3f}, bias {bias:+.1%}")
