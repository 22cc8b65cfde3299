"""Cross-entropy plus soft Dice (Isensee et al. 2018, nnU-Net, arXiv 1809.10486)."""

import torch.nn.functional as F
from losses.soft_dice import dice
from losses.softmax_regions import IGNORE_INDEX, regions
from torch import Tensor

CE_WEIGHT = 1.0  # nnU-Net
DICE_WEIGHT = 1.0  # nnU-Net


def criterion(logits: Tensor, masks: Tensor) -> dict[str, Tensor]:
    """Logits [B, C, H, W] float32 and class masks [B, H, W] int64 -> each term, weighted."""
    total = F.cross_entropy(logits, masks, ignore_index=IGNORE_INDEX, reduction="sum")
    count = (masks != IGNORE_INDEX).sum().clamp(min=1)  # not 0 / 0 where nothing has a label
    return {
        "cross_entropy": CE_WEIGHT * total / count,
        "dice": DICE_WEIGHT * dice(*regions(logits, masks)),
    }
