"""Symmetric InfoNCE (CLIP; Radford et al. 2021, arXiv 2103.00020)."""

import torch
import torch.nn.functional as F
from losses.similarities import similarities
from torch import Tensor

INITIAL_SCALE = 1 / 0.07  # 1 / temperature; learned
MAX_SCALE = 100.0  # above it training gets unstable


def criterion(images: Tensor, texts: Tensor, log_scale: Tensor) -> Tensor:
    """[B, D] each, row i belongs to row i: the text is found from the image, and the reverse."""
    logits = log_scale.exp() * similarities(images, texts)  # [B, B]
    rows = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, rows) + F.cross_entropy(logits.T, rows)) / 2
