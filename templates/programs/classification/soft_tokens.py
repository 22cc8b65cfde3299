"""One class per token, with a probability for each class as the target."""

import torch
import torch.nn.functional as F
from losses.soft_cross_entropy import criterion
from models.tagger import LENGTH, PAD, network, toy_inputs
from targets.probabilities_to_distribution import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The model gives raw logits [B, T, C]: no softmax."""
    return network(NUM_CLASSES)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it: token ids, probabilities [B, T, C] that add up to 1, padding NaN."""
    ids = toy_inputs(torch.rand(BATCH_SIZE, LENGTH))
    targets = 0.7 * F.one_hot(ids % NUM_CLASSES, NUM_CLASSES) + 0.3 / NUM_CLASSES
    targets[ids == PAD] = float("nan")
    targets = convert(store(targets))  #: if convert
    return ids, targets


def loss_fn(logits: Tensor, targets: Tensor) -> Tensor:
    """Raw logits and class probabilities, both [B, T, C] float32 (NaN: no label) -> scalar."""
    assert logits.shape == targets.shape, f"{list(logits.shape)} != {list(targets.shape)}"
    labelled = ~targets.isnan().any(dim=2)
    if not labelled.any():
        return logits.float().sum() * 0.0  # nothing but padding: zero gradients, not NaN
    return criterion(logits[labelled].float(), targets[labelled])  # both [N, C]


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, T, C] -> the probabilities [B, T, C] and the likeliest class [B, T]."""
    return logits.softmax(dim=2), logits.argmax(dim=2)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        probabilities = predict(model(inputs.to(DEVICE)))[0].cpu()
    labelled = ~targets.isnan().any(dim=2)
    distance = (probabilities - targets)[labelled].abs().sum(dim=1).mean() / 2
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, total variation distance {distance:.2f}")
