"""Which query is for which object: the cheapest matching (Carion et al. 2020, arXiv 2005.12872)."""

import torch
from losses.assignment import cheapest
from losses.center_size import center_size
from losses.generalized_iou import generalized_iou
from losses.objects import PADDING
from torch import Tensor

CLASS_COST, L1_COST, GIOU_COST = 1.0, 5.0, 2.0  # the weights of the terms


@torch.no_grad()
def match(logits: Tensor, found: Tensor, labels: Tensor, boxes: Tensor) -> Tensor:
    """Logits [B, Q, C + 1], boxes [B, Q, 4], objects [B, M] -> image, query, object [3, P]."""
    pairs = []
    for image, real in enumerate((labels != PADDING).cpu()):
        wanted = boxes[image, real, None]
        places = [torch.cat(center_size(side), dim=-1) for side in (wanted, found[image])]
        cost = L1_COST * (places[0] - places[1]).abs().sum(dim=-1)  # [objects, Q]
        cost -= CLASS_COST * logits[image].softmax(dim=-1)[:, labels[image, real]].T
        cost -= GIOU_COST * generalized_iou(found[image], wanted)
        numbers = real.nonzero()[:, 0].tolist()
        assert len(numbers) <= found.shape[1], f"{len(numbers)} objects, {found.shape[1]} queries"
        pairs += [(image, *pair) for pair in zip(cheapest(cost.tolist()), numbers, strict=True)]
    return torch.tensor(pairs, dtype=torch.int64, device=labels.device).view(-1, 3).T
