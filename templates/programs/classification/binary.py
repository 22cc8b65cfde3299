"""Yes or no."""

import math

import torch
from losses.bce import criterion
from models.mlp import network, toy_inputs
from targets.zero_one_to_float import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

THRESHOLD = 0.5  # on the probability of yes; choose it on validation data if yes is rare
#: if prior_bias
PRIOR = 0.01  # the model's first answer: nearly always no  #: set prior
#: end
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The model gives one raw logit per sample, [B]: no sigmoid."""
    #: if prior_bias
    model = nn.Sequential(network(1), nn.Flatten(0))  # [B, 1] -> [B]
    *_, bias = model.parameters()  # the last layer's
    nn.init.constant_(bias, math.log(PRIOR / (1 - PRIOR)))
    return model
    #: else
    return nn.Sequential(network(1), nn.Flatten(0))  # [B, 1] -> [B]
    #: end


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, targets [B] float32 in 0 .. 1."""
    signal = torch.randn(BATCH_SIZE, 4)
    targets = (signal[:, 0] > 0.5).float()
    targets[::4] = float("nan")  # these samples have no label  #: if incomplete
    targets = convert(store(targets))  #: if convert
    return toy_inputs(signal), targets


def loss_fn(logits: Tensor, targets: Tensor) -> Tensor:
    """Raw logits [B] float32 and labels [B] float32, 1 for yes -> scalar."""
    assert logits.shape == targets.shape, f"{list(logits.shape)} != {list(targets.shape)}"
    #: if incomplete
    known = ~targets.isnan()
    if not known.any():
        return logits.float().sum() * 0.0  # no label in the batch: zero gradients, not NaN
    logits, targets = logits[known], targets[known]
    #: end
    return criterion(logits.float(), targets)


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    #: if scores
    """Scores [B] -> yes or no [B], and the scores: they are no probabilities."""
    return logits > 0, logits
    #: else
    """Logits [B] -> yes or no [B], and the probability of yes [B]."""
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
    #: if incomplete
    answers, targets = answers[~targets.isnan()], targets[~targets.isnan()]
    #: end
    truth = targets > 0.5
    #: if imbalanced
    f1 = 2 * (answers & truth).sum() / (answers.sum() + truth.sum()).clamp(min=1)
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, F1 {f1:.2f}")
    #: else
    accuracy = (answers == truth).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, accuracy {accuracy:.2f}")
    #: end
