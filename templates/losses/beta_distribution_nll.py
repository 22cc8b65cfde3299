"""Negative log-likelihood of a beta distribution (beta regression)."""

import torch
from torch import Tensor

PRECISION_LIMIT = 6.0  # of the log: lgamma of more is coarse in float32
TINY = 1e-30  # lgamma(0) is infinite
EDGE = 1e-3  # targets are kept this far from 0 and 1, where the density may be infinite


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Logits of the mean and log-precisions [..., 2], targets [...] in 0..1, float32 -> scalar."""
    logit, log_precision = prediction.unbind(dim=-1)
    precision = log_precision.clamp(-PRECISION_LIMIT, PRECISION_LIMIT).exp()
    a = (precision * logit.sigmoid()).clamp(min=TINY)
    b = (precision * (-logit).sigmoid()).clamp(min=TINY)
    normalizer = torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)
    target = target.clamp(EDGE, 1 - EDGE)
    return (normalizer - (a - 1) * target.log() - (b - 1) * (1 - target).log()).mean()
