"""Several real numbers per sample."""

import torch
from losses.mse import criterion
from models.mlp import network, toy_inputs
from targets.integer_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 15
COLUMNS = ["x", "y", "z"]  # what the D numbers of a sample are  #: set columns
MEAN = [0.0, 20.0, 500.0]  # of each in your training targets: the loss wants size 1  #: set means
STD = [1.0, 5.0, 100.0]  # their spreads; one for all, and the largest decides the loss  #: set stds


def build_model() -> nn.Module:
    """The model gives D standardised numbers per sample, [B, D]."""
    return network(len(COLUMNS))


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, standardised targets [B, D] float32."""
    signal = torch.randn(BATCH_SIZE, len(COLUMNS))
    targets = signal * torch.tensor(STD) + torch.tensor(MEAN)
    targets[::4, 0] = torch.nan  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), (targets - torch.tensor(MEAN)) / torch.tensor(STD)


def loss_fn(prediction: Tensor, targets: Tensor) -> Tensor:
    """Predictions [B, D] and targets [B, D], both float32 -> scalar, the mean over both axes."""
    assert prediction.shape == targets.shape, f"{prediction.shape} against {targets.shape}"
    #: if incomplete
    known = ~targets.isnan()  # left out before the arithmetic: NaN times 0 is NaN
    prediction, targets = prediction[known], targets[known]
    if not known.any():
        return prediction.sum()  # a zero that still has gradients
    #: end
    return criterion(prediction.float(), targets.float())


def predict(prediction: Tensor) -> Tensor:
    """Predictions [B, D] -> the same, each column in its targets' unit."""
    return prediction * prediction.new_tensor(STD) + prediction.new_tensor(MEAN)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        values = predict(model(inputs.to(DEVICE))).cpu()
    error = (values - predict(targets)).abs().nanmean(dim=0)
    told = ", ".join(f"{name} {mae:.3g}" for name, mae in zip(COLUMNS, error.tolist(), strict=True))
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, MAE of {told}")
