"""Which query is for which object, by its mask (Cheng et al. 2022, arXiv 2112.01527)."""

import torch
from losses.assignment import cheapest
from losses.mask_gaps import mask_bce, mask_dice
from torch import Tensor

CLASS_COST, BCE_COST, DICE_COST = 2.0, 5.0, 5.0  # the weights of the terms
PADDING = -100  # the label of a row that holds no object


@torch.no_grad()
def match(logits: Tensor, found: Tensor, labels: Tensor, masks: Tensor) -> Tensor:
    """Logits [B, Q, C + 1], masks [B, Q, H, W], objects [B, M] -> image, query, object [3, P]."""
    pairs = []
    for image, real in enumerate((labels != PADDING).cpu()):
        wanted = masks[image, real, None]
        cost = BCE_COST * mask_bce(found[image], wanted)  # [objects, Q]
        cost += DICE_COST * mask_dice(found[image], wanted)
        cost -= CLASS_COST * logits[image].softmax(dim=-1)[:, labels[image, real]].T
        numbers = real.nonzero()[:, 0].tolist()
        assert len(numbers) <= found.shape[1], f"{len(numbers)} objects, {found.shape[1]} queries"
        pairs += [(image, *pair) for pair in zip(cheapest(cost.tolist()), numbers, strict=True)]
    return torch.tensor(pairs, dtype=torch.int64, device=labels.device).view(-1, 3).T
