"""Symmetric InfoNCE with several positives per row (UniCL; Yang et al. 2022, arXiv 2204.03610)."""

import torch.nn.functional as F
from losses.similarities import similarities
from torch import Tensor

INITIAL_SCALE = 1 / 0.07  # 1 / temperature; learned
MAX_SCALE = 100.0  # above it training gets unstable


def criterion(images: Tensor, texts: Tensor, log_scale: Tensor, ids: Tensor) -> Tensor:
    """[B, D] each; all rows with the id of row i belong to it, and count alike."""
    logits = log_scale.exp() * similarities(images, texts)  # [B, B]
    same = (ids[:, None] == ids).to(logits.dtype)
    wanted = same / same.sum(dim=1, keepdim=True)
    return (F.cross_entropy(logits, wanted) + F.cross_entropy(logits.T, wanted)) / 2
