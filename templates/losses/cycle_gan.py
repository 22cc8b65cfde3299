"""CycleGAN without an identity term: look real to both discriminators, and find the way back."""

import torch.nn.functional as F
from losses.least_squares import against
from torch import Tensor

CYCLE_WEIGHT = 10.0  # for images in -1..1; Zhu et al. 2017

Pair = tuple[Tensor, Tensor]  # of domain A and of domain B


def criterion(cycled: Pair, scores: Pair, real: Pair) -> dict[str, Tensor]:
    """Images and scores of A and of B -> the generators' terms, each times its weight."""
    return {
        "adversarial": sum(against(score, 1.0) for score in scores),
        "cycle": CYCLE_WEIGHT * sum(F.l1_loss(x, y) for x, y in zip(cycled, real, strict=True)),
    }
