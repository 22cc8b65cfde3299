"""Mask2Former: cross-entropy with a weak "no object", BCE and Dice of the matched masks."""

import torch
import torch.nn.functional as F
from losses.mask_gaps import mask_bce, mask_dice
from torch import Tensor

CLASS_WEIGHT = 2.0  # the weights of Mask2Former
BCE_WEIGHT = 5.0
DICE_WEIGHT = 5.0
NO_OBJECT_WEIGHT = 0.1  # most queries are for no object: they must not drown the others


def criterion(logits: Tensor, classes: Tensor, found: Tensor, masks: Tensor) -> dict[str, Tensor]:
    """Logits [B, Q, C + 1] and classes [B, Q]; mask logits and masks [P, H, W] of the matched."""
    weight = torch.ones_like(logits[0, 0])
    weight[-1] = NO_OBJECT_WEIGHT
    count = max(len(found), 1)
    return {
        "class": CLASS_WEIGHT * F.cross_entropy(logits.transpose(1, 2), classes, weight),
        "bce": BCE_WEIGHT * mask_bce(found, masks).sum() / count,
        "dice": DICE_WEIGHT * mask_dice(found, masks).sum() / count,
    }
