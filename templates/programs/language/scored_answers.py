"""Answers that the policy samples, several to each prompt, and a reward for each."""

import torch
from losses.grpo import criterion
from losses.token_log_probs import IGNORE, token_log_probs
from models.policy import VOCABULARY, Policy
from models.prompts import inputs_and_labels, toy_prompts
from models.sampling import sample
from torch import Tensor, nn
from training.on_policy import DEVICE, train

BATCH_SIZE = 4  # prompts
GROUP = 8  # answers to each prompt: at least 2, better 8 or more


def build_model() -> nn.Module:
    """The policy; logits [B, G, T, V]. Without dropout: new and old policy must be one function."""
    return Policy(VOCABULARY)


def score(labels: Tensor) -> Tensor:
    """Replace it with your verifier: which share of an answer's tokens is even."""
    counts = labels != IGNORE
    return ((labels % 2 == 0) & counts).sum(dim=-1) / counts.sum(dim=-1)


@torch.no_grad()
def rollout(model: nn.Module, prompts: Tensor) -> tuple[Tensor, ...]:
    """Prompts [B, P] -> ids and labels [B, G, T], the policy's log-probabilities, rewards [B, G].

    Labels are the token after each id, -100 where that is part of the prompt, or after the end.
    """
    sequences = sample(model, prompts[:, None].expand(-1, GROUP, -1))
    ids, labels = inputs_and_labels(sequences)
    return ids, labels, token_log_probs(model(ids), labels), score(labels)


def batch() -> tuple[Tensor, ...]:
    """What a fresh policy samples for toy prompts; training samples from the policy in training."""
    return rollout(build_model(), toy_prompts(BATCH_SIZE))


def loss_fn(logits: Tensor, labels: Tensor, old_log_probs: Tensor, rewards: Tensor) -> Tensor:
    """Logits [B, G, T, V], labels and old log-probabilities [B, G, T], rewards [B, G] -> scalar."""
    log_ratios = token_log_probs(logits, labels) - old_log_probs
    return criterion(log_ratios, labels != IGNORE, rewards.float())


def predict(logits: Tensor) -> Tensor:
    """Logits [..., T, V] -> the likeliest next token of each sequence [...]."""
    return logits[..., -1, :].argmax(dim=-1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    before = rollout(model, toy_prompts(64))[-1].mean()
    train(model, lambda: rollout(model, toy_prompts(BATCH_SIZE)), loss_fn)
    after = rollout(model, toy_prompts(64))[-1].mean()
    print(f"mean reward {before:.2f} -> {after:.2f}")
