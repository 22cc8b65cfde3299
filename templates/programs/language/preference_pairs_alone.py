"""Pairs of a chosen and a rejected answer, and no reference."""

import torch
from losses.answer_mean import answer_mean
from losses.simpo import criterion
from losses.token_log_probs import IGNORE, token_log_probs
from models.policy import VOCABULARY, Policy
from models.prompts import inputs_and_labels, toy_prompts
from models.toy_answers import toy_answers
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 8  # pairs
STEPS = 60
LEARNING_RATE = 1e-3  # for this toy; 3e-7 to 1e-6 for a pre-trained model


def build_model() -> nn.Module:
    """The policy, which starts from supervised fine-tuning; logits [B, 2, T, V]."""
    return Policy(VOCABULARY)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it: ids [B, 2, T] int64, chosen first, and the token after each [B, 2, T].

    Labels are -100 where that token is part of the prompt, or padding.
    """
    chosen = torch.tensor([True, False]).expand(BATCH_SIZE, 2)
    prompts = toy_prompts(BATCH_SIZE, 1).expand(-1, 2, -1)
    return inputs_and_labels(toy_answers(prompts, chosen))


def loss_fn(logits: Tensor, labels: Tensor) -> Tensor:
    """Logits [B, 2, T, V], labels [B, 2, T] int64 or -100 -> scalar."""
    return criterion(token_log_probs(logits, labels), labels != IGNORE)


def predict(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """As for the loss -> the likelier answer per token [B], 0 or 1, and margins [B] in nats."""
    means = answer_mean(token_log_probs(logits, labels), labels != IGNORE)
    return means.argmax(dim=1), means[:, 0] - means[:, 1]


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    ids, labels = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        preferred, margins = predict(model(ids), labels)
    right = 100 * (preferred == 0).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, chosen answer preferred in {right:.0f} %")
