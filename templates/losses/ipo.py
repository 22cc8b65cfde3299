"""Identity preference optimization (Azar et al. 2023), over means of tokens."""

from losses.answer_mean import answer_mean
from torch import Tensor

BETA = 0.1  # the margin, in nats per token, is drawn to 1 / (2 BETA)


def criterion(ratios: Tensor, counts: Tensor) -> Tensor:
    """Log-ratios [B, 2, T] to the reference, chosen first, and which tokens count -> scalar."""
    chosen, rejected = answer_mean(ratios, counts).unbind(dim=1)
    return ((chosen - rejected - 1 / (2 * BETA)) ** 2).mean()
