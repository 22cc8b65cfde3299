"""ZLPR: positives above zero, negatives below it (Su et al. 2022, arXiv 2208.02955)."""

import torch.nn.functional as F
from torch import Tensor


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean of log(1 + sum of exp(-z) over yes) + log(1 + sum of exp(z) over no)."""
    infinity = float("inf")
    yes = (-logits).masked_fill(~(targets > 0.5), -infinity)  # NaN counts neither here nor there
    no = logits.masked_fill(~(targets <= 0.5), -infinity)
    losses = F.pad(yes, (1, 0)).logsumexp(dim=1) + F.pad(no, (1, 0)).logsumexp(dim=1)
    return losses.mean()
