"""Answers that the policy samples, a reward for each, and a reference to stay near."""

import torch
from losses.grpo_kl import criterion
from losses.token_log_probs import IGNORE, token_log_probs
from models.policy import VOCABULARY, inputs_and_labels, network, sample, toy_prompts
from models.with_reference import WithReference
from torch import Tensor, nn
from training.on_policy_terms import DEVICE, train

BATCH_SIZE = 4  # prompts
GROUP = 8  # answers to each prompt: at least 2, better 8 or more


def build_model() -> nn.Module:
    """The policy, without dropout, and a frozen copy of it; both give logits [B, G, T, V]."""
    return WithReference(network(VOCABULARY), network(VOCABULARY))


def rewards_of(ids: Tensor, labels: Tensor) -> Tensor:
    """Replace it with your verifier: which share of an answer is even or odd as its prompt."""
    counts = labels != IGNORE
    return ((labels % 2 == ids[..., :1] % 2) & counts).sum(dim=-1) / counts.sum(dim=-1)


@torch.no_grad()
def rollout(policy: nn.Module, prompts: Tensor) -> tuple[Tensor, ...]:
    """Prompts [B, P] -> ids and labels [B, G, T], the policy's log-probabilities, rewards [B, G].

    Labels are the token after each id, -100 where that is part of the prompt, or after the end.
    """
    sequences = sample(policy, prompts[:, None].expand(-1, GROUP, -1))
    ids, labels = inputs_and_labels(sequences)
    return ids, labels, token_log_probs(policy(ids), labels), rewards_of(ids, labels)


def batch() -> tuple[Tensor, ...]:
    """What a fresh policy samples for toy prompts; training samples from the policy in training."""
    return rollout(build_model().policy, toy_prompts(BATCH_SIZE))


def loss_terms(
    logits: Tensor, reference: Tensor, labels: Tensor, old_log_probs: Tensor, rewards: Tensor
) -> dict[str, Tensor]:
    """Logits [B, G, T, V] of both models, labels and the old log-probabilities [B, G, T], rewards.

    Each term comes times its weight.
    """
    log_probs = token_log_probs(logits, labels)
    drift = log_probs - token_log_probs(reference, labels)
    return criterion(log_probs - old_log_probs, labels != IGNORE, rewards.float(), drift)


def loss_fn(
    logits: Tensor, reference: Tensor, labels: Tensor, old_log_probs: Tensor, rewards: Tensor
) -> Tensor:
    """The sum of the terms."""
    return sum(loss_terms(logits, reference, labels, old_log_probs, rewards).values())


def predict(logits: Tensor, reference: Tensor | None = None) -> Tensor:
    """The policy's logits [..., T, V] -> the likeliest next token of each sequence [...]."""
    return logits[..., -1, :].argmax(dim=-1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    prompts = toy_prompts(64).to(DEVICE)
    before = rollout(model.policy, prompts)[-1].mean()

    def experience() -> tuple[Tensor, ...]:
        return rollout(model.policy, toy_prompts(BATCH_SIZE).to(DEVICE))

    log = train(model, experience, loss_terms)
    model.eval()
    after = rollout(model.policy, prompts)[-1].mean()
    print(f"mean reward {before:.2f} -> {after:.2f}, KL term {log[-1]['kl']:.4f}")
