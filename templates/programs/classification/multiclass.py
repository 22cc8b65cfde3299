"""One class per sample."""

import torch
from losses.cross_entropy import criterion
from models.mlp import network, toy_inputs
from targets.one_hot_to_class_index import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The model gives raw logits [B, C]: no softmax."""
    return network(NUM_CLASSES)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, targets [B] int64 in 0 .. C-1."""
    signal = torch.randn(BATCH_SIZE, NUM_CLASSES)
    targets = signal.argmax(dim=1)
    targets[::4] = -100  # these samples have no label  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(logits: Tensor, targets: Tensor) -> Tensor:
    """Raw logits [B, C] float32 and class indices [B] int64 -> scalar."""
    #: if incomplete
    known = targets != -100
    if not known.any():
        return logits.float().sum() * 0.0  # no label in the batch: zero gradients, not NaN
    logits, targets = logits[known], targets[known]
    #: end
    return criterion(logits.float(), targets)


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    #: if scores
    """Scores [B, C] -> the highest class [B], and the scores: they are no probabilities."""
    return logits.argmax(dim=1), logits
    #: else
    """Logits [B, C] -> the likeliest class [B] and the probabilities [B, C]."""
    return logits.argmax(dim=1), logits.softmax(dim=1)
    #: end


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
    #: if imbalanced
    recalls = torch.stack([(classes[targets == c] == c).float().mean() for c in targets.unique()])
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, balanced accuracy {recalls.mean():.2f}")
    #: else
    accuracy = (classes == targets).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, accuracy {accuracy:.2f}")
    #: end
