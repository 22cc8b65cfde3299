"""One class per sample, with a probability for each class as the target."""

import torch
from losses.soft_cross_entropy import criterion
from models.mlp import network, toy_inputs
from targets.probabilities_to_distribution import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The model gives raw logits [B, C]: no softmax."""
    return network(NUM_CLASSES)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, probabilities [B, C] that add up to 1."""
    signal = torch.randn(BATCH_SIZE, NUM_CLASSES)
    targets = (2 * signal).softmax(dim=1)
    targets[::4] = float("nan")  # these samples have no label  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(logits: Tensor, targets: Tensor) -> Tensor:
    """Raw logits [B, C] float32 and class probabilities [B, C] float32 -> scalar."""
    assert logits.shape == targets.shape, f"{list(logits.shape)} != {list(targets.shape)}"
    #: if incomplete
    known = ~targets.isnan().any(dim=1)
    if not known.any():
        return logits.float().sum() * 0.0  # no label in the batch: zero gradients, not NaN
    logits, targets = logits[known], targets[known]
    #: end
    return criterion(logits.float(), targets)


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, C] -> the probabilities [B, C] and the likeliest class [B]."""
    return logits.softmax(dim=1), logits.argmax(dim=1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        probabilities = predict(model(inputs.to(DEVICE)))[0].cpu()
    #: if incomplete
    known = ~targets.isnan().any(dim=1)
    probabilities, targets = probabilities[known], targets[known]
    #: end
    distance = (probabilities - targets).abs().sum(dim=1).mean() / 2
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, total variation distance {distance:.2f}")
