"""Pairwise sigmoid loss (SigLIP; Zhai et al. 2023, arXiv 2303.15343)."""

import torch
import torch.nn.functional as F
from losses.similarities import similarities
from torch import Tensor

INITIAL_SCALE = 10.0  # learned
MAX_SCALE = 100.0  # above it training gets unstable
INITIAL_BIAS = -10.0  # learned; nearly all pairs are negatives: without it they swamp the start


def criterion(images: Tensor, texts: Tensor, log_scale: Tensor, bias: Tensor) -> Tensor:
    """[B, D] each, row i belongs to row i: each of the B * B pairs is a yes or a no by itself."""
    logits = log_scale.exp() * similarities(images, texts) + bias  # [B, B]
    own = torch.eye(len(logits), dtype=logits.dtype, device=logits.device)
    return F.binary_cross_entropy_with_logits(logits, own, reduction="sum") / len(logits)
