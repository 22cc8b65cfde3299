"""Which object each query is for, by its mask (Cheng et al. 2022, arXiv 2112.01527)."""

import torch
from losses.assignment import cheapest
from losses.mask_gaps import mask_bce, mask_dice
from losses.objects import PADDING
from torch import Tensor

CLASS_COST = 2.0  # on the probability of the object's class
BCE_COST = 5.0
DICE_COST = 5.0


@torch.no_grad()
def match(logits: Tensor, found: Tensor, labels: Tensor, masks: Tensor) -> Tensor:
    """Logits [B, Q, C + 1], mask logits [B, Q, H, W], objects [B, M] -> each query's, or -1."""
    owner = torch.full(logits.shape[:2], -1, device=logits.device)
    for image in range(len(labels)):
        real = (labels[image] != PADDING).nonzero()[:, 0]
        given, wanted = found[image], masks[image, real, None]
        cost = (
            -CLASS_COST * logits[image].softmax(dim=-1)[:, labels[image, real]].T
            + BCE_COST * mask_bce(given, wanted)
            + DICE_COST * mask_dice(given, wanted)
        )  # [objects, Q]
        owner[image, cheapest(cost.tolist())] = real
    return owner
