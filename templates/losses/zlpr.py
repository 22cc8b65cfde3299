"""ZLPR: positives above zero, negatives below it (Su et al. 2022, arXiv 2208.02955)."""

import torch
import torch.nn.functional as F
from torch import Tensor


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean of log(1 + sum of exp(-z) over yes) + log(1 + sum of exp(z) over no)."""
    infinity = float("inf")
    yes = torch.where(targets > 0.5, -logits, -infinity)  # NaN counts neither here nor there
    no = torch.where(targets <= 0.5, logits, -infinity)
    losses = F.pad(yes, (1, 0)).logsumexp(dim=1) + F.pad(no, (1, 0)).logsumexp(dim=1)
    return losses.mean()
