"""An amount per sample that is often exactly zero, with a distribution of its own."""

import torch
from losses.hurdle_log_normal_nll import criterion
from losses.spread import location_and_spread
from models.mlp import network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15


def build_model() -> nn.Module:
    """The model gives the logit of "above 0", then mean and log-scale of the log, [B, 3]."""
    return network(3)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, amounts [B] float32."""
    signal = torch.randn(BATCH_SIZE, 4)
    targets = (1 + signal.sum(dim=1) / 2).exp().sub(2).clamp(min=0)
    targets[::4] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    """Logit, mean and log-scale of the log [B, 3] and amounts [B], both float32 -> scalar."""
    assert prediction.shape == (*targets.shape, 3), f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    assert not (targets < 0).any(), "an amount is negative"
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs [B, 3] -> mean amount [B] (zeros included) and probability [B] of one above 0."""
    probability = prediction[..., 0].sigmoid()
    location, log_scale = location_and_spread(prediction[..., 1:])
    return probability * (location + (2 * log_scale).exp() / 2).exp(), probability


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        means, probabilities = (part.cpu() for part in predict(model(inputs.to(DEVICE))))
    #: if incomplete
    known = ~targets.isnan()
    means, probabilities, targets = means[known], probabilities[known], targets[known]
    #: end
    mae = (means - targets).abs().mean()
    accuracy = ((probabilities > 0.5) == (targets > 0)).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, MAE {mae:.3f}, zeros found {accuracy:.0%}")
