"""A reward for each answer, learned from pairs."""

import torch
from losses.bradley_terry import criterion
from models.policy import PAD, Policy
from models.prompts import toy_prompts
from models.toy_answers import toy_answers
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 8  # pairs
STEPS = 100
LEARNING_RATE = 3e-3  # for this toy; 1e-5 or less for a pre-trained model


class RewardModel(nn.Module):
    """Token ids [..., T] of prompt and answer -> rewards [...], read at the last real token."""

    def __init__(self) -> None:
        super().__init__()
        self.network = Policy(1)

    def forward(self, ids: Tensor) -> Tensor:
        last = (ids != PAD).sum(dim=-1, keepdim=True) - 1
        return self.network(ids).squeeze(-1).gather(-1, last).squeeze(-1)


def build_model() -> nn.Module:
    """A language model whose head gives one number: rewards [B, 2]."""
    return RewardModel()


def batch() -> tuple[Tensor]:
    """Toy data, replace it: ids [B, 2, T] int64 of prompts and answers, the chosen one first."""
    chosen = torch.tensor([True, False]).expand(BATCH_SIZE, 2)
    return (toy_answers(toy_prompts(BATCH_SIZE, 1).expand(-1, 2, -1), chosen),)


def loss_fn(rewards: Tensor) -> Tensor:
    """Rewards [B, 2] float32, that of the chosen answer first -> scalar."""
    assert rewards.dim() == 2 and rewards.shape[1] == 2, f"{rewards.shape}, not [B, 2]"
    return criterion(rewards.float())


def predict(rewards: Tensor) -> tuple[Tensor, Tensor]:
    """Rewards [B, 2] -> the better answer [B], 0 or 1, and the probability that it is the first."""
    return rewards.argmax(dim=1), (rewards[:, 0] - rewards[:, 1]).sigmoid()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    (ids,) = batch()
    with torch.no_grad():
        better, probability = predict(model(ids.to(DEVICE)))
    right = 100 * (better == 0).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, chosen answer above in {right:.0f} %")
