"""What overlap losses compare, for class masks."""

import torch.nn.functional as F
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
    truth = F.one_hot(masks.where(valid, 0), logits.shape[1]).movedim(-1, 1) * valid[:, None]
    probabilities = logits.softmax(dim=1) * valid[:, None]
    return probabilities[:, FIRST_CLASS:], truth[:, FIRST_CLASS:].to(logits.dtype)
