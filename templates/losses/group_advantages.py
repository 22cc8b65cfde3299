"""Rewards against those of other answers to the same prompt."""

from torch import Tensor

STD_FLOOR = 1e-4  # in the rewards' unit; equal rewards, or one answer alone, give 0 and not NaN


def group_advantages(rewards: Tensor) -> Tensor:
    """Rewards [B, G] of G answers to each prompt -> advantages [B, G], mean 0 and deviation 1."""
    spread = rewards.std(dim=1, correction=0, keepdim=True)
    return (rewards - rewards.mean(dim=1, keepdim=True)) / (spread + STD_FLOOR)
