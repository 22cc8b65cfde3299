"""Lovasz hinge (Berman et al. 2018, arXiv 1705.08790)."""

from losses.lovasz import lovasz
from torch import Tensor


def criterion(scores: Tensor, masks: Tensor) -> Tensor:
    """The Lovasz extension of 1 - IoU at the hinge errors; the pixels of all images are pooled."""
    errors = (1 - scores * (2 * masks - 1)).relu()
    return lovasz(errors.flatten(), masks.flatten())
