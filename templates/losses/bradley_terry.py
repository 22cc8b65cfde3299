"""Bradley-Terry: the chosen answer's reward above the rejected one's."""

from torch import Tensor
from torch.nn import functional as F


def criterion(rewards: Tensor) -> Tensor:
    """Rewards [B, 2] float32, chosen first -> scalar."""
    chosen, rejected = rewards.unbind(dim=1)
    return -F.logsigmoid(chosen - rejected).mean()
