"""One of several ordered classes, from yes-or-no questions: is it above level k?"""

import torch
from losses.corn import criterion
from models.mlp import network, toy_inputs
from targets.one_hot_to_class_index import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 16

#: if shared_score


class SharedScore(nn.Module):
    """One score per sample plus a bias for each question: the answers can't contradict."""

    def __init__(self, score: nn.Module) -> None:
        super().__init__()
        self.score = score
        self.biases = nn.Parameter(torch.linspace(1, -1, NUM_CLASSES - 1))

    def forward(self, inputs: Tensor) -> Tensor:
        return self.score(inputs) + self.biases  # [B, 1] + [K]


#: end


def build_model() -> nn.Module:
    """The model gives a raw logit for each question, [B, K] with K = C - 1."""
    #: if shared_score
    return SharedScore(network(1))
    #: else
    return network(NUM_CLASSES - 1)
    #: end


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, levels [B] int64 in 0 .. K."""
    signal = torch.randn(BATCH_SIZE, 4)
    quantile = torch.special.ndtr(signal[:, 0] + 0.5)  # higher levels are more frequent
    targets = (quantile * NUM_CLASSES).long().clamp(max=NUM_CLASSES - 1)
    targets[::4] = -100  # these samples have no label  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(logits: Tensor, targets: Tensor) -> Tensor:
    """Raw logits [B, K] float32 and levels [B] int64 in 0 .. K -> scalar."""
    assert targets.shape == logits.shape[:1], f"{list(logits.shape)} and {list(targets.shape)}"
    #: if incomplete
    known = targets != -100
    if not known.any():
        return logits.float().sum() * 0.0  # no label in the batch: zero gradients, not NaN
    logits, targets = logits[known], targets[known]
    #: end
    low, high = targets.aminmax()
    assert low >= 0 and high <= logits.shape[1], f"levels {low} .. {high} outside 0 .. K"
    return criterion(logits.float(), targets)


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, K] -> the level [B], and the probability to be above each level [B, K]."""
    #: if conditional
    above = logits.sigmoid().cumprod(dim=1)  # a question assumes yes to those before
    #: else
    above = logits.sigmoid()
    #: end
    return (above > 0.5).sum(dim=1), above


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        levels = predict(model(inputs.to(DEVICE)))[0].cpu()
    #: if incomplete
    levels, targets = levels[targets != -100], targets[targets != -100]
    #: end
    error = (levels - targets).abs().float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, mean absolute error {error:.2f} levels")
