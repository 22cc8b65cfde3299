"""DPO for pairs of which some are swapped (conservative DPO, Mitchell 2023)."""

from losses.answer_total import answer_total
from torch import Tensor, nn

BETA = 0.1  # per nat of margin; smaller lets the policy go further from the reference
FLIPPED = 0.1  # share of the pairs whose preference is taken to be wrong


def criterion(ratios: Tensor, counts: Tensor) -> Tensor:
    """Log-ratios [B, 2, T] to the reference, chosen first, and which tokens count -> scalar."""
    chosen, rejected = answer_total(ratios, counts).unbind(dim=1)
    margin = BETA * (chosen - rejected)
    return -(
        (1 - FLIPPED) * nn.functional.logsigmoid(margin)
        + FLIPPED * nn.functional.logsigmoid(-margin)
    ).mean()
