"""Bradley-Terry: the chosen answer's reward above the rejected one's."""

from torch import Tensor, nn


def criterion(rewards: Tensor) -> Tensor:
    """Rewards [B, 2] float32, chosen first -> scalar."""
    chosen, rejected = rewards.unbind(dim=1)
    return -nn.functional.logsigmoid(chosen - rejected).mean()
