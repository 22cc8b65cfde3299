"""Several labels per sample, each yes or no."""

import math

import torch
from losses.bce import criterion
from models.mlp import network, toy_inputs
from targets.zero_one_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_LABELS = 3  #: set num_classes
THRESHOLD = 0.5  # on each probability; choose one per label on validation data
#: if prior_bias
PRIOR = 0.01  # the model's first answer: nearly always no  #: set prior
#: end
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The model gives a raw logit for each label, [B, L]: no sigmoid, no softmax."""
    #: if prior_bias
    model = network(NUM_LABELS)
    *_, bias = model.parameters()  # the last layer's
    nn.init.constant_(bias, math.log(PRIOR / (1 - PRIOR)))
    return model
    #: else
    return network(NUM_LABELS)
    #: end


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, targets [B, L] float32 in 0 .. 1."""
    signal = torch.randn(BATCH_SIZE, NUM_LABELS)
    targets = (signal > 0.5).float()
    targets[::2, 0] = targets[0] = float("nan")  # these labels are unknown  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(logits: Tensor, targets: Tensor) -> Tensor:
    """Raw logits [B, L] float32 and multi-hot targets [B, L] float32 -> scalar."""
    assert logits.shape == targets.shape, f"{list(logits.shape)} != {list(targets.shape)}"
    #: if incomplete
    known = ~targets.isnan()
    if not known.any():
        return logits.float().sum() * 0.0  # no label in the batch: zero gradients, not NaN
    logits, targets = logits[known], targets[known]  #: if not rows
    #: end
    return criterion(logits.float(), targets)


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    #: if scores
    """Scores [B, L] -> yes or no [B, L], and the scores: they are no probabilities."""
    return logits > 0, logits
    #: else
    """Logits [B, L] -> yes or no [B, L], and the probability of each label [B, L]."""
    probabilities = logits.sigmoid()
    return probabilities > THRESHOLD, probabilities
    #: end


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets = batch()
    with torch.no_grad():
        answers = predict(model(inputs.to(DEVICE)))[0].cpu()
    answers &= ~targets.isnan()  #: if incomplete
    truth = targets > 0.5
    hits = (answers & truth).sum(dim=0)  # [L]
    f1 = (2 * hits / (answers.sum(dim=0) + truth.sum(dim=0)).clamp(min=1)).mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, macro F1 {f1:.2f}")
