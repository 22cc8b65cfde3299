"""A count or a positive amount per sample, predicted on the log scale."""

import torch
from losses.poisson_nll import criterion
from models.mlp import network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15


def build_model() -> nn.Module:
    """The model gives the logarithm of the estimate, [B]: no activation."""
    return nn.Sequential(network(1), nn.Flatten(0))


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, targets [B] float32."""
    signal = torch.randn(BATCH_SIZE, 4)
    #: if not positive
    targets = (1 + signal.sum(dim=1) / 2).exp().sub(2).clamp(min=0)
    #: else
    targets = 1 + (1 + signal.sum(dim=1) / 2).exp()
    #: end
    targets = targets.floor()  #: if count
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(log_estimate: Tensor, targets: Tensor) -> Tensor:
    """Logarithms [B] and targets [B] (not their logarithms), both float32 -> scalar."""
    assert log_estimate.shape == targets.shape, f"{log_estimate.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    log_estimate, targets = log_estimate[known], targets[known]
    if not known.any():
        return log_estimate.sum()  # a zero that still has gradients
    #: end
    assert not (targets <= 0).any(), "a target is 0 or less"  #: if positive
    assert not (targets < 0).any(), "a target is negative"  #: if not positive
    return criterion(log_estimate.float(), targets.float())


def predict(log_estimate: Tensor) -> Tensor:
    """Logarithms [B] -> estimates [B] in the targets' unit."""
    return log_estimate.exp()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        estimates = predict(model(inputs.to(DEVICE))).cpu()
    #: if incomplete
    known = ~targets.isnan()
    estimates, targets = estimates[known], targets[known]
    #: end
    mae, bias = (estimates - targets).abs().mean(), estimates.mean() / targets.mean() - 1
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, MAE {mae:.3f}, bias {bias:+.1%}")
