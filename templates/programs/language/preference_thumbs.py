"""Answers with a thumb up or down, each to a prompt of its own, and a frozen reference."""

import torch
from losses.answer_total import answer_total
from losses.kto import criterion
from losses.token_log_probs import IGNORE, token_log_probs
from models.policy import PROMPT, VOCABULARY, inputs_and_labels, network, toy_answers, toy_prompts
from models.with_reference import WithReference
from torch import Tensor, nn
from training.three_inputs import DEVICE, train

BATCH_SIZE = 12  # answers; at least 2
STEPS = 100
LEARNING_RATE = 1e-3  # for this toy; 5e-7 to 5e-6 for a pre-trained model


def log_ratios(logits: Tensor, reference: Tensor, labels: Tensor) -> Tensor:
    """How much likelier than the reference the policy makes each token, in nats, [B, T]."""
    return token_log_probs(logits, labels) - token_log_probs(reference, labels)


class WithDrift(WithReference):
    """Gives the log-ratios of other prompts' answers too: how far the policy has moved at all."""

    def forward(self, ids: Tensor, other_ids: Tensor, other_labels: Tensor) -> tuple[Tensor, ...]:
        with torch.no_grad():
            ratios = log_ratios(*super().forward(other_ids), other_labels)
        return *super().forward(ids), answer_total(ratios, other_labels != IGNORE)


def build_model() -> nn.Module:
    """The policy, which starts from supervised fine-tuning, and a frozen copy of it."""
    return WithDrift(network(VOCABULARY), network(VOCABULARY))


def batch() -> tuple[Tensor, ...]:
    """Toy data, replace it: ids [B, T] int64, ids and labels of other answers, labels, thumbs [B].

    Labels [B, T] are the token after each, -100 where that is part of the prompt, or padding. The
    other answers are those of the batch, each to the prompt of the next. A thumb up is True.
    """
    up = torch.arange(BATCH_SIZE) % 2 == 0
    sequences = toy_answers(toy_prompts(BATCH_SIZE), up)
    others = torch.cat([sequences.roll(1, dims=0)[:, :PROMPT], sequences[:, PROMPT:]], dim=1)
    ids, labels = inputs_and_labels(sequences)
    return ids, *inputs_and_labels(others), labels, up


def loss_fn(logits: Tensor, reference: Tensor, drift: Tensor, labels: Tensor, up: Tensor) -> Tensor:
    """Logits [B, T, V] of both models, drift [B], labels [B, T], thumbs [B] -> scalar."""
    assert up.shape == drift.shape and up.dtype == torch.bool, "thumbs are [B], True or False"
    return criterion(log_ratios(logits, reference, labels), labels != IGNORE, drift, up)


def predict(
    logits: Tensor, reference: Tensor, drift: Tensor, labels: Tensor, up: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """As for the loss -> whether the policy likes each answer [B], and how much, in nats [B]."""
    likings = answer_total(log_ratios(logits, reference, labels), labels != IGNORE)
    likings = likings - drift.mean().clamp(min=0)
    return likings > 0, likings


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    *inputs, labels, up = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        likes, likings = predict(*model(*inputs), labels)
    right = 100 * (likes == up).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, {right:.0f} % of the thumbs found again")
