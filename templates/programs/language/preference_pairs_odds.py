"""Pairs of a chosen and a rejected answer, no reference, and no fine-tuning before."""

import torch
from losses.answer_mean import answer_mean
from losses.orpo import criterion
from losses.token_log_probs import IGNORE, token_log_probs
from models.policy import VOCABULARY, Policy
from models.prompts import inputs_and_labels, toy_prompts
from models.toy_answers import toy_answers
from torch import Tensor, nn
from training.terms import DEVICE, train

BATCH_SIZE = 8  # pairs
STEPS = 100
LEARNING_RATE = 3e-3  # for this toy; 5e-6 to 8e-6 for a pre-trained model


def build_model() -> nn.Module:
    """The policy; logits [B, 2, T, V]."""
    return Policy(VOCABULARY)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it: ids [B, 2, T] int64, chosen first, and the token after each [B, 2, T].

    Labels are -100 where that token is part of the prompt, or padding.
    """
    chosen = torch.tensor([True, False]).expand(BATCH_SIZE, 2)
    prompts = toy_prompts(BATCH_SIZE, 1).expand(-1, 2, -1)
    return inputs_and_labels(toy_answers(prompts, chosen))


def loss_terms(logits: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """Logits [B, 2, T, V], labels [B, 2, T] int64 or -100 -> each term, times its weight."""
    return criterion(token_log_probs(logits, labels), labels != IGNORE)


def loss_fn(logits: Tensor, labels: Tensor) -> Tensor:
    """The sum of the terms."""
    return sum(loss_terms(logits, labels).values())


def predict(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """As for the loss -> the likelier answer per token [B], 0 or 1, and margins [B] in nats."""
    means = answer_mean(token_log_probs(logits, labels), labels != IGNORE)
    return means.argmax(dim=1), means[:, 0] - means[:, 1]


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch, loss_terms)
    model.eval()
    ids, labels = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        preferred, margins = predict(model(ids), labels)
    right = 100 * (preferred == 0).float().mean()
    terms = ", ".join(f"{name} {log[0][name]:.3f} -> {log[-1][name]:.3f}" for name in log[0])
    print(f"{terms}, chosen answer preferred in {right:.0f} %")
