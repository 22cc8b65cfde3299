"""Answers that the policy samples, a reward at the end of each, and a critic for each token."""

import torch
from losses.generalized_advantages import generalized_advantages, whitened
from losses.ppo import criterion
from losses.token_log_probs import IGNORE, token_log_probs
from models.policy import VOCABULARY, inputs_and_labels, network, sample, toy_prompts
from models.with_reference import WithReference
from torch import Tensor, nn
from training.on_policy_terms import DEVICE, train

BATCH_SIZE = 32  # answers
KL_WEIGHT = 0.05  # reward per nat away from the reference; Huang et al. 2024


class ActorCritic(WithReference):
    """Token ids [B, T] -> logits [B, T, V] of the policy, and values [B, T] of a critic."""

    def __init__(self) -> None:
        super().__init__(network(VOCABULARY), network(VOCABULARY))
        self.critic = network(1)  # better: start from the reward model

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        return self.policy(ids), self.critic(ids).squeeze(-1)


def build_model() -> nn.Module:
    """The policy, without dropout, its frozen reference, and the critic."""
    return ActorCritic()


def score(ids: Tensor, labels: Tensor) -> Tensor:
    """Replace it with your reward model: which share of an answer is even or odd as its prompt."""
    counts = labels != IGNORE
    return ((labels % 2 == ids[..., :1] % 2) & counts).sum(dim=-1) / counts.sum(dim=-1)


@torch.no_grad()
def rollout(model: nn.Module, prompts: Tensor) -> tuple[Tensor, ...]:
    """Prompts [B, P] -> ids, labels, log-probabilities, advantages, values, returns, all [B, T].

    Labels are the token after each id, -100 where that is part of the prompt, or after the end.
    """
    ids, labels = inputs_and_labels(sample(model.policy, prompts))
    counts = labels != IGNORE
    logits, values = model(ids)
    log_probs = token_log_probs(logits, labels)
    rewards = KL_WEIGHT * (token_log_probs(model.reference(ids), labels) - log_probs)
    last = counts & (counts.cumsum(dim=1) == counts.sum(dim=1, keepdim=True))
    rewards = torch.where(last, rewards + score(ids, labels)[:, None], rewards)
    advantages, returns = generalized_advantages(rewards, values, counts)
    return ids, labels, log_probs, whitened(advantages, counts), values, returns


def batch() -> tuple[Tensor, ...]:
    """What a fresh policy samples for toy prompts; training samples from the policy in training."""
    return rollout(build_model(), toy_prompts(BATCH_SIZE))


def loss_terms(
    logits: Tensor,
    values: Tensor,
    labels: Tensor,
    old_log_probs: Tensor,
    advantages: Tensor,
    old_values: Tensor,
    returns: Tensor,
) -> dict[str, Tensor]:
    """Logits [B, T, V], and the others [B, T] as rollout() gives them -> each term."""
    log_ratios = token_log_probs(logits, labels) - old_log_probs
    return criterion(log_ratios, labels != IGNORE, advantages, values.float(), old_values, returns)


def loss_fn(*tensors: Tensor) -> Tensor:
    """The sum of the terms."""
    return sum(loss_terms(*tensors).values())


def predict(logits: Tensor, values: Tensor | None = None) -> Tensor:
    """The policy's logits [..., T, V] -> the likeliest next token of each sequence [...]."""
    return logits[..., -1, :].argmax(dim=-1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    prompts = toy_prompts(64).to(DEVICE)
    before = score(*rollout(model, prompts)[:2]).mean()

    def experience() -> tuple[Tensor, ...]:
        return rollout(model, toy_prompts(BATCH_SIZE).to(DEVICE))

    log = train(model, experience, loss_terms)
    after = score(*rollout(model, prompts)[:2]).mean()
    print(f"mean reward {before:.2f} -> {after:.2f}, value term {log[-1]['value']:.4f}")
