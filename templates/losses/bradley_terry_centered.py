"""Bradley-Terry with rewards that are kept around zero (Eisenstein et al. 2023)."""

from torch import Tensor, nn

CENTER_WEIGHT = 0.01  # per squared unit of reward


def criterion(rewards: Tensor) -> dict[str, Tensor]:
    """Rewards [B, 2] float32, chosen first -> each term."""
    chosen, rejected = rewards.unbind(dim=1)
    preference = -nn.functional.logsigmoid(chosen - rejected).mean()
    return {"preference": preference, "center": CENTER_WEIGHT * (chosen + rejected).square().mean()}
