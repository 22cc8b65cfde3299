"""Sigmoid focal loss of the classes of anchors, by torchvision."""

import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import sigmoid_focal_loss

ALPHA = 0.25  # weight of the positives; the negatives get 1 - ALPHA
GAMMA = 2.0  # 0: weighted BCE


def focal_classes(logits: Tensor, classes: Tensor) -> Tensor:
    """Logits [B, A, C], classes [B, A] with C for background and -100 for ignored -> the sum."""
    known = classes >= 0
    targets = F.one_hot(classes[known], logits.shape[-1] + 1)[:, :-1].to(logits.dtype)
    return sigmoid_focal_loss(logits[known], targets, alpha=ALPHA, gamma=GAMMA, reduction="sum")
