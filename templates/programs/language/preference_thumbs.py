"""Answers with a thumb up or down, each to a prompt of its own, and a frozen reference."""

import torch
from losses.kto import criterion
from losses.token_log_probs import IGNORE, token_log_probs
from models.policy import PROMPT, VOCABULARY, Policy
from models.prompts import inputs_and_labels, toy_prompts
from models.toy_answers import toy_answers
from models.with_reference import WithReference
from torch import Tensor, nn
from training.three_inputs import DEVICE, train

BATCH_SIZE = 12  # answers; at least 2
STEPS = 100
LEARNING_RATE = 1e-3  # for this toy; 5e-7 to 5e-6 for a pre-trained model


def log_ratios(logits: Tensor, reference: Tensor, labels: Tensor) -> Tensor:
    """How much likelier than the reference the policy makes each answer, in nats, [B]."""
    ratios = token_log_probs(logits, labels) - token_log_probs(reference, labels)
    return ratios.masked_fill(labels == IGNORE, 0).sum(dim=-1)


class WithDrift(WithReference):
    """Gives log-ratios of answers to other prompts [B] too: how far the policy has moved at all."""

    def forward(self, ids: Tensor, other_ids: Tensor, other_labels: Tensor) -> tuple[Tensor, ...]:
        with torch.no_grad():
            drift = log_ratios(*super().forward(other_ids), other_labels)
        return *super().forward(ids), drift


def build_model() -> nn.Module:
    """The policy, which starts from supervised fine-tuning, and a frozen copy of it."""
    return WithDrift(Policy(VOCABULARY), Policy(VOCABULARY))


def batch() -> tuple[Tensor, ...]:
    """Toy data, replace it: ids [B, T], ids and labels of other answers, labels, thumbs up [B]."""
    up = torch.arange(BATCH_SIZE) % 2 == 0
    sequences = toy_answers(toy_prompts(BATCH_SIZE), up)
    others = torch.cat([sequences.roll(1, dims=0)[:, :PROMPT], sequences[:, PROMPT:]], dim=1)
    ids, labels = inputs_and_labels(sequences)
    return ids, *inputs_and_labels(others), labels, up


def loss_fn(logits: Tensor, reference: Tensor, drift: Tensor, labels: Tensor, up: Tensor) -> Tensor:
    """Logits [B, T, V] of both models, drift [B], labels [B, T], thumbs [B] -> scalar."""
    assert up.shape == drift.shape and up.dtype == torch.bool, "thumbs are [B], True or False"
    return criterion(log_ratios(logits, reference, labels), drift, up)


def predict(*tensors: Tensor) -> tuple[Tensor, Tensor]:
    """As for the loss -> whether the policy likes each answer [B], and how much, in nats [B]."""
    logits, reference, drift, labels, *_ = tensors
    likings = log_ratios(logits, reference, labels) - drift.mean().clamp(min=0)
    return likings > 0, likings


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    *inputs, labels, up = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        likes, likings = predict(*model(*inputs), labels)
    found = (likes == up).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, {found:.0%} of the thumbs found again")
