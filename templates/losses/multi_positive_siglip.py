"""SigLIP (Zhai et al. 2023, arXiv 2303.15343) with several positives per row."""

import torch.nn.functional as F
from losses.similarities import similarities
from torch import Tensor

INITIAL_SCALE = 10.0  # learned
MAX_SCALE = 100.0  # above it training gets unstable
INITIAL_BIAS = -10.0  # learned; nearly all pairs are negatives: without it they swamp the start


def criterion(
    images: Tensor, texts: Tensor, log_scale: Tensor, bias: Tensor, ids: Tensor
) -> Tensor:
    """[B, D] each: each of the B * B pairs is a yes if both ids are the same, else a no."""
    logits = log_scale.exp() * similarities(images, texts) + bias  # [B, B]
    same = (ids[:, None] == ids).to(logits.dtype)
    return F.binary_cross_entropy_with_logits(logits, same, reduction="sum") / len(logits)
