"""The Lovasz extension of the Jaccard loss (Berman et al. 2018, arXiv 1705.08790)."""

import torch
from torch import Tensor


def lovasz(errors: Tensor, truth: Tensor) -> Tensor:
    """Errors [N] float32 (0: right) of pixels that are in the class (1) or not (0) -> scalar."""
    errors, order = errors.sort(descending=True)
    truth = truth[order]
    kept = truth.sum() - truth.cumsum(0)  # of the class, once the worst pixels are all wrong
    union = truth.sum() + (1 - truth).cumsum(0)
    jaccard_loss = 1 - kept / union
    steps = jaccard_loss.diff(prepend=torch.zeros_like(jaccard_loss[:1]))
    return (errors * steps).sum()  # autocast leaves it in float32, not `@`
