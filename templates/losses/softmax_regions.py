"""What overlap losses compare, for class masks."""

import torch
from torch import Tensor

IGNORE_INDEX = 255  # pixels without a label
#: if foreground
FIRST_CLASS = 1  # class 0 is background: it would hide how well the small classes do
#: else
FIRST_CLASS = 0  # 1: class 0 is background, and left out
#: end


def regions(logits: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, C, H, W], masks [B, H, W] -> probabilities and truth [B, C, H, W], 0 if void."""
    valid = masks != IGNORE_INDEX
    index, counts = masks.where(valid, 0)[:, None], valid[:, None].to(logits.dtype)
    truth = torch.zeros_like(logits).scatter(1, index, counts)
    probabilities = logits.softmax(dim=1) * counts
    return probabilities[:, FIRST_CLASS:], truth[:, FIRST_CLASS:]
