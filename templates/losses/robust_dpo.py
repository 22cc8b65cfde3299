"""DPO whose mean over swapped pairs is that over clean ones (Chowdhury et al. 2024)."""

from losses.answer_total import answer_total
from torch import Tensor, nn

BETA = 0.1  # per nat of margin; smaller lets the policy go further from the reference
FLIPPED = 0.1  # share of the pairs whose preference is wrong, below 0.5


def criterion(ratios: Tensor, counts: Tensor) -> Tensor:
    """Log-ratios [B, 2, T] to the reference, chosen first, and which tokens count -> scalar."""
    chosen, rejected = answer_total(ratios, counts).unbind(dim=1)
    margin = BETA * (chosen - rejected)
    loss = FLIPPED * nn.functional.logsigmoid(-margin) - (1 - FLIPPED) * nn.functional.logsigmoid(
        margin
    )
    return loss.mean() / (1 - 2 * FLIPPED)
