"""A share between 0 and 1 per sample."""

import torch
from losses.bce_fraction import criterion
from models.mlp import network, toy_inputs
from targets.percent_to_fraction import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15


def build_model() -> nn.Module:
    """The model gives the logit of the share, [B]: no sigmoid."""
    return nn.Sequential(network(1), nn.Flatten(0))


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, shares [B] float32 in 0..1."""
    signal = torch.randn(BATCH_SIZE, 4)
    targets = (signal.sum(dim=1) / 2).sigmoid()
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(logits: Tensor, targets: Tensor) -> Tensor:
    """Logits [B] and shares [B] in 0..1, both float32 -> scalar."""
    assert logits.shape == targets.shape, f"{logits.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    logits, targets = logits[known], targets[known]
    if not known.any():
        return logits.sum()  # a zero that still has gradients
    #: end
    assert not ((targets < 0) | (targets > 1)).any(), "a share is not in 0..1: a percent?"
    return criterion(logits.float(), targets.float())


def predict(logits: Tensor) -> Tensor:
    """Logits [B] -> shares [B] in 0..1."""
    return logits.sigmoid()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        shares = predict(model(inputs.to(DEVICE))).cpu()
    error = shares - targets
    error = error[~error.isnan()]  #: if incomplete
    mae, bias = error.abs().mean(), error.mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, MAE {mae:.3f}, bias {bias:+.3f}")
