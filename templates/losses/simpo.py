"""SimPO: a margin between mean log-probabilities (Meng et al. 2024)."""

from losses.answer_mean import answer_mean
from torch import Tensor, nn

BETA = 2.0  # per nat per token
GAMMA = 1.0  # margin, in units of BETA times nats per token


def criterion(log_probs: Tensor, counts: Tensor) -> Tensor:
    """Log-probabilities [B, 2, T], chosen first, and which tokens count -> scalar."""
    chosen, rejected = answer_mean(log_probs, counts).unbind(dim=1)
    return -nn.functional.logsigmoid(BETA * (chosen - rejected) - GAMMA).mean()
