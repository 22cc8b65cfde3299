"""Cross-entropy, soft Dice and a boundary loss (Kervadec et al. 2019, arXiv 1812.07032)."""

import torch.nn.functional as F
from losses.soft_dice import dice
from losses.softmax_regions import FIRST_CLASS, IGNORE_INDEX, regions
from torch import Tensor

CE_WEIGHT, DICE_WEIGHT = 1.0, 1.0  # nnU-Net
BOUNDARY_WEIGHT = 0.1  # per pixel of distance; alone it ends at the empty mask


def criterion(logits: Tensor, masks: Tensor, distances: Tensor) -> dict[str, Tensor]:
    """Logits and distances [B, C, H, W], class masks [B, H, W] int64 -> each term, weighted."""
    total = F.cross_entropy(logits, masks, ignore_index=IGNORE_INDEX, reduction="sum")
    count = (masks != IGNORE_INDEX).sum().clamp(min=1)  # not 0 / 0 where nothing has a label
    probabilities, truth = regions(logits, masks)
    return {
        "cross_entropy": CE_WEIGHT * total / count,
        "dice": DICE_WEIGHT * dice(probabilities, truth),
        "boundary": BOUNDARY_WEIGHT * (probabilities * distances[:, FIRST_CLASS:]).mean(),
    }
