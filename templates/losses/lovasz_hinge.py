"""Lovasz hinge (Berman et al. 2018, arXiv 1705.08790)."""

import torch
from losses.lovasz import lovasz
from torch import Tensor


def criterion(logits: Tensor, masks: Tensor) -> Tensor:
    """The mean over the labels; pixels of all images are pooled."""
    losses = []
    for scores, truth in zip(logits.unbind(1), masks.unbind(1), strict=True):
        #: if incomplete
        known = ~truth.isnan()
        scores, truth = scores[known], truth[known]
        #: end
        errors = (1 - scores * (2 * truth - 1)).relu()
        losses.append(lovasz(errors.flatten(), truth.flatten()))
    return torch.stack(losses).mean()
