"""Focal loss over sigmoids (Lin et al. 2017, arXiv 1708.02002), from torchvision."""

from torch import Tensor
from torchvision.ops import sigmoid_focal_loss

ALPHA = 0.25  # weight of the positives; the negatives get 1 - ALPHA
GAMMA = 2.0  # 0: weighted BCE


def criterion(logits: Tensor, targets: Tensor) -> Tensor:
    """The sum of alpha_t * (1 - p_t) ** GAMMA * -log p_t, divided by the number of positives."""
    losses = sigmoid_focal_loss(logits, targets, alpha=ALPHA, gamma=GAMMA, reduction="sum")
    return losses / targets.sum().clamp(min=1)
