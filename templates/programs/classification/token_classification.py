"""One class per token."""

import torch
from losses.cross_entropy_tokens import criterion
from models.tagger import LENGTH, PAD, network, toy_inputs
from targets.one_hot_to_class_index import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The model gives raw logits [B, T, C]: no softmax."""
    return network(NUM_CLASSES)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: token ids, targets [B, T] int64, padding -100."""
    ids = toy_inputs(torch.rand(BATCH_SIZE, LENGTH))
    targets = (ids % NUM_CLASSES).masked_fill(ids == PAD, -100)
    targets = convert(store(targets))  #: if convert
    return ids, targets


def loss_fn(logits: Tensor, targets: Tensor) -> Tensor:
    """Raw logits [B, T, C] float32 and class indices [B, T] int64 (-100: no label) -> scalar."""
    assert logits.shape[:2] == targets.shape, f"{list(logits.shape)} and {list(targets.shape)}"
    labelled = targets != -100
    if not labelled.any():
        return logits.float().sum() * 0.0  # nothing but padding: zero gradients, not NaN
    #: if real_tokens
    return criterion(logits[labelled].float(), targets[labelled])  # [N, C] and [N]
    #: else
    return criterion(logits.float().flatten(0, 1), targets.flatten())  # [B * T, C] and [B * T]
    #: end


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    #: if scores
    """Scores [B, T, C] -> the highest class [B, T], and the scores: they are no probabilities."""
    return logits.argmax(dim=2), logits
    #: else
    """Logits [B, T, C] -> the likeliest class [B, T] and the probabilities [B, T, C]."""
    return logits.argmax(dim=2), logits.softmax(dim=2)
    #: end


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        classes = predict(model(inputs.to(DEVICE)))[0].cpu()
    classes, targets = classes[targets != -100], targets[targets != -100]  # for entities: seqeval
    #: if imbalanced
    recalls = torch.stack([(classes[targets == c] == c).float().mean() for c in targets.unique()])
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, balanced accuracy {recalls.mean():.2f}")
    #: else
    accuracy = (classes == targets).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, accuracy {accuracy:.2f}")
    #: end
