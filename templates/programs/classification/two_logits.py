"""Yes or no with a logit for each of the two answers."""

import torch
from losses.cross_entropy_two_logits import criterion
from models.mlp import network, toy_inputs
from targets.signed_to_binary_index import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The model gives two raw logits per sample, [B, 2]: for no and for yes."""
    return network(2)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, targets [B] int64, 0 (no) or 1 (yes)."""
    signal = torch.randn(BATCH_SIZE, 4)
    targets = (signal[:, 0] > 0.5).long()
    targets[::4] = -100  # these samples have no label  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(logits: Tensor, targets: Tensor) -> Tensor:
    """Raw logits [B, 2] float32 and class indices [B] int64 -> scalar."""
    #: if incomplete
    known = targets != -100
    if not known.any():
        return logits.float().sum() * 0.0  # no label in the batch: zero gradients, not NaN
    logits, targets = logits[known], targets[known]
    #: end
    return criterion(logits.float(), targets)


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, 2] -> 0 or 1 [B], and the probability of yes [B]."""
    return logits.argmax(dim=1), logits.softmax(dim=1)[:, 1]


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        answers = predict(model(inputs.to(DEVICE)))[0].cpu()
    #: if incomplete
    answers, targets = answers[targets != -100], targets[targets != -100]
    #: end
    accuracy = (answers == targets).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, accuracy {accuracy:.2f}")
