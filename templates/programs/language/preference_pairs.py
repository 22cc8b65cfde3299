"""Pairs of a chosen and a rejected answer, and a frozen reference."""

import torch
from losses.answer_total import answer_total
from losses.dpo import criterion
from losses.token_log_probs import IGNORE, token_log_probs
from models.policy import VOCABULARY, Policy
from models.prompts import inputs_and_labels, toy_prompts
from models.toy_answers import toy_answers
from models.with_reference import WithReference
from torch import Tensor, nn
from training.outputs import DEVICE, train

BATCH_SIZE = 8  # pairs
STEPS = 60
LEARNING_RATE = 1e-3  # for this toy; 5e-7 to 5e-6 for a pre-trained model


def build_model() -> nn.Module:
    """The policy, which starts from supervised fine-tuning, and a frozen copy of it."""
    return WithReference(Policy(VOCABULARY), Policy(VOCABULARY))


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it: ids [B, 2, T] int64, chosen first, and the token after each [B, 2, T].

    Labels are -100 where that token is part of the prompt, or padding.
    """
    chosen = torch.tensor([True, False]).expand(BATCH_SIZE, 2)
    prompts = toy_prompts(BATCH_SIZE, 1).expand(-1, 2, -1)
    return inputs_and_labels(toy_answers(prompts, chosen))


def log_ratios(logits: Tensor, reference: Tensor, labels: Tensor) -> Tensor:
    """How much likelier than the reference the policy makes each token, in nats, [B, 2, T]."""
    return token_log_probs(logits, labels) - token_log_probs(reference, labels)


def loss_fn(logits: Tensor, reference: Tensor, labels: Tensor) -> Tensor:
    """Logits [B, 2, T, V] of both models, labels [B, 2, T] int64 or -100 -> scalar."""
    return criterion(log_ratios(logits, reference, labels), labels != IGNORE)


def predict(logits: Tensor, reference: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """As for the loss -> the answer that the policy prefers [B], 0 or 1, and its margin in nats."""
    totals = answer_total(log_ratios(logits, reference, labels), labels != IGNORE)
    return totals.argmax(dim=1), totals[:, 0] - totals[:, 1]


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    ids, labels = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        preferred, margins = predict(*model(ids), labels)
    right = 100 * (preferred == 0).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, chosen answer preferred in {right:.0f} %")
