"""Direct preference optimization (Rafailov et al. 2023)."""

from losses.answer_total import answer_total
from torch import Tensor, nn

BETA = 0.1  # per nat of margin; smaller lets the policy go further from the reference


def criterion(ratios: Tensor, counts: Tensor) -> Tensor:
    """Log-ratios [B, 2, T] to the reference, chosen first, and which tokens count -> scalar."""
    chosen, rejected = answer_total(ratios, counts).unbind(dim=1)
    return -nn.functional.logsigmoid(BETA * (chosen - rejected)).mean()
