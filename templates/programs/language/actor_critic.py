"""Answers that the policy samples, a reward at the end of each, and a critic for each token."""

import torch
from losses.generalized_advantages import generalized_advantages
from losses.ppo import criterion
from losses.token_log_probs import IGNORE, token_log_probs
from models.policy import VOCABULARY, Policy
from models.prompts import inputs_and_labels, toy_prompts
from models.sampling import sample
from torch import Tensor, nn
from training.on_policy_terms import DEVICE, train

BATCH_SIZE = 32  # answers
KL_WEIGHT = 0.05  # reward per nat away from the reference


class ActorCritic(nn.Module):
    """Token ids [B, T] -> logits [B, T, V] of the policy, and values [B, T] of a critic."""

    def __init__(self) -> None:
        super().__init__()
        self.policy, self.critic = Policy(VOCABULARY), Policy(1)
        self.reference = Policy(VOCABULARY).requires_grad_(False)
        self.reference.load_state_dict(self.policy.state_dict())

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        return self.policy(ids), self.critic(ids).squeeze(-1)


def build_model() -> nn.Module:
    """Policy, frozen reference and critic, without dropout: new and old policy must agree."""
    return ActorCritic()


def score(labels: Tensor) -> Tensor:
    """Replace it with your reward model: which share of an answer's tokens is even."""
    counts = labels != IGNORE
    return ((labels % 2 == 0) & counts).sum(dim=-1) / counts.sum(dim=-1)


@torch.no_grad()
def rollout(model: nn.Module, prompts: Tensor) -> tuple[Tensor, ...]:
    """Prompts [B, P] -> ids, labels, log-probabilities, advantages, values, returns, all [B, T]."""
    ids, labels = inputs_and_labels(sample(model.policy, prompts))
    counts = labels != IGNORE
    logits, values = model(ids)
    log_probs = token_log_probs(logits, labels)
    rewards = KL_WEIGHT * (token_log_probs(model.reference(ids), labels) - log_probs)
    last = counts & (counts.cumsum(dim=1) == counts.sum(dim=1, keepdim=True))
    rewards = torch.where(last, rewards + score(labels)[:, None], rewards)
    advantages = generalized_advantages(rewards, values, counts)
    spread, middle = torch.std_mean(advantages[counts])
    white = (advantages - middle) / (spread + 1e-8)
    return ids, labels, log_probs, white, values, advantages + values


def batch() -> tuple[Tensor, ...]:
    """What a fresh policy samples for toy prompts; training samples from the policy in training."""
    return rollout(build_model(), toy_prompts(BATCH_SIZE))


def loss_terms(logits: Tensor, values: Tensor, labels: Tensor, *old: Tensor) -> dict[str, Tensor]:
    """Logits [B, T, V], and the others [B, T] as rollout() gives them -> each term."""
    ratios = token_log_probs(logits, labels) - old[0]
    return criterion(ratios, values.float(), labels != IGNORE, *old[1:])


def loss_fn(*tensors: Tensor) -> Tensor:
    """The sum of the terms."""
    return sum(loss_terms(*tensors).values())


def predict(logits: Tensor, values: Tensor | None = None) -> Tensor:
    """The policy's logits [..., T, V] -> the likeliest next token of each sequence [...]."""
    return logits[..., -1, :].argmax(dim=-1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    before = score(rollout(model, toy_prompts(64))[1]).mean()
    train(model, lambda: rollout(model, toy_prompts(BATCH_SIZE)), loss_terms)
    after = score(rollout(model, toy_prompts(64))[1]).mean()
    print(f"mean reward {before:.2f} -> {after:.2f}")
