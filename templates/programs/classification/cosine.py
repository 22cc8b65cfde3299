"""One class per sample, scored by cosines: for losses with a margin between directions."""

import torch
import torch.nn.functional as F
from losses.ldam import criterion
from models.mlp import network, toy_inputs
from targets.one_hot_to_class_index import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
NUM_FEATURES = 32
BATCH_SIZE = 16


class CosineHead(nn.Module):
    """Inputs -> cosines [B, C] between the features and a learned direction per class."""

    def __init__(self, features: nn.Module) -> None:
        super().__init__()
        self.features = features
        self.directions = nn.Parameter(torch.randn(NUM_CLASSES, NUM_FEATURES))

    def forward(self, inputs: Tensor) -> Tensor:
        features = F.normalize(self.features(inputs).float(), dim=1)
        return F.linear(features, F.normalize(self.directions, dim=1))


def build_model() -> nn.Module:
    """The model gives cosines [B, C]: for scores without a bound the margin means nothing."""
    return CosineHead(network(NUM_FEATURES))


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, targets [B] int64 in 0 .. C-1."""
    signal = torch.randn(BATCH_SIZE, NUM_CLASSES)
    targets = signal.argmax(dim=1)
    targets[::4] = -100  # these samples have no label  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(cosines: Tensor, targets: Tensor) -> Tensor:
    """Cosines [B, C] float32 in -1 .. 1 and class indices [B] int64 -> scalar."""
    #: if incomplete
    known = targets != -100
    if not known.any():
        return cosines.float().sum() * 0.0  # no label in the batch: zero gradients, not NaN
    cosines, targets = cosines[known], targets[known]
    #: end
    return criterion(cosines.float(), targets)


def predict(cosines: Tensor) -> tuple[Tensor, Tensor]:
    """Cosines [B, C] -> the nearest class [B], and the cosines: they are no probabilities."""
    return cosines.argmax(dim=1), cosines


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        classes = predict(model(inputs.to(DEVICE)))[0].cpu()
    #: if incomplete
    classes, targets = classes[targets != -100], targets[targets != -100]
    #: end
    recalls = torch.stack([(classes[targets == c] == c).float().mean() for c in targets.unique()])
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, balanced accuracy {recalls.mean():.2f}")
